"""Truths 1 and 2: the session says which organization is the default, the URL says where one is."""
import re

from claim import holds, fails
from scene import COLLEAGUE, Device, FOUNDER, OURS, THEIRS

ON_THE_USER = """
    create table person (name text, active_organization text);
    insert into person values ('maren', 'acme');
    create table invoice (organization text, number int);
    insert into invoice values ('acme', 1), ('harbour-finch', 2);
    -- The laptop shows Acme. The telephone switches. The laptop asks again.
    select organization from invoice join person on organization = active_organization;
    update person set active_organization = 'harbour-finch';
    select organization from invoice join person on organization = active_organization;
"""


def truth_1_session(scene):
    """The active organization belongs to the session, never to the user."""
    laptop, telephone = Device(scene, FOUNDER), Device(scene, FOUNDER)
    laptop.set_active(THEIRS)
    telephone.set_active(OURS)
    yield holds("a switch on the telephone leaves the laptop where it was",
                (laptop.active(), telephone.active()) == (THEIRS, OURS))

    tabs = [laptop.get(f"/o/{slug}/invoices").text for slug in (OURS, THEIRS)]
    yield holds("one session, two tabs: each shows the organization of its address, whatever the default",
                [title_of(tab) for tab in tabs] == ["Harbour &amp; Finch", "Acme"])
    yield holds("the row of the user has no column for it", scene.ask(
        "SELECT count(*) FROM pg_attribute WHERE attrelid = '\"user\"'::regclass AND attname ~* 'organi[sz]ation'") == "0")

    shown = scene.throw_away(ON_THE_USER)
    yield fails("with the active organization on the user's row, the laptop is moved by the telephone",
                shown == ["acme", "harbour-finch"])


def title_of(page):
    return re.search(r'class="organization-name"[^>]*>([^<]*)<', page)[1].strip()


def same_page(one, other):
    """But for what differs between any two answers: the slug that was asked for and the request's id."""
    def plain(answer, slug):
        text = answer.text.replace(answer.headers["X-Request-Id"], "ID").replace(slug, "SLUG")
        return answer.status, text
    return plain(*one) == plain(*other)


def ranked(headers, path):
    """A resolver that ranks what it is told: the header wins over the address."""
    return headers.get("X-Organization") or path.split("/")[2]


def truth_2_url(scene):
    """The URL says where; two sources that disagree are refused, never ranked."""
    founder, colleague = Device(scene, FOUNDER), Device(scene, COLLEAGUE)
    founder.set_active(THEIRS)
    bare = founder.get("/invoices")
    yield holds("a page without organization leads to its address in the default one",
                bare.status == 303 and bare.headers["Location"].endswith(f"/o/{THEIRS}/invoices"))
    disagree = founder.get(f"/o/{THEIRS}/invoices", X_Organization_Id=scene.organization(OURS))
    yield holds("an address and a header that name two organizations are refused with 409", disagree.status == 409)

    foreign, unknown = (colleague.get(f"/o/{slug}/invoices") for slug in (THEIRS, "no-such-company"))
    yield holds("a member of another organization gets the 404 of one that does not exist, byte for byte",
                foreign.status == 404 and same_page((foreign, THEIRS), (unknown, "no-such-company")))

    yield fails("with a resolver that ranks, a page at /o/acme writes into the header's organization",
                ranked({"X-Organization": OURS}, f"/o/{THEIRS}/invoices") == OURS)
    codes = {slug: 403 if scene.organization(slug) else 404 for slug in (THEIRS, "no-such-company")}
    yield fails("with 403 for a foreign organization, anyone can ask which companies are customers",
                codes[THEIRS] != codes["no-such-company"])
