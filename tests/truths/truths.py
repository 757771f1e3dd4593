#!/usr/bin/env python3
"""The truths, each shown on a fresh system: what must hold, and the wrong ways that fail.

    truths.py [--tap] BUILD

BUILD is the build folder. Starts the example with its demonstration data on a database of its own. With
--tap each claim is a test, and the browser's, which is a test by itself, is left out. docs/truths.md tells
the questions behind them.
"""
import os
import sys
import tempfile

from database import truth_6_layers, truth_7_setting, truth_8_migrations
from handle import truth_4_unscoped, truth_5_loud
from scene import Scene
from switch import truth_3_switch
from triggers import truth_9_triggers
from who_and_where import truth_1_session, truth_2_url

TRUTHS = {1: truth_1_session, 2: truth_2_url, 3: truth_3_switch, 4: truth_4_unscoped, 5: truth_5_loud, 6: truth_6_layers,
          7: truth_7_setting, 8: truth_8_migrations, 9: truth_9_triggers}
HERE = os.path.dirname(os.path.abspath(__file__))


class Teller:
    def __init__(self, is_tap):
        self.is_tap, self.count, self.failed = is_tap, 0, 0

    def truth(self, number, sentence):
        print(f"{'# ' if self.is_tap else chr(10)}{number}. {sentence}", flush=True)

    def claim(self, number, claim):
        self.count += 1
        self.failed += not claim.is_so
        if self.is_tap:
            print(f"{'ok' if claim.is_so else 'not ok'} {self.count} - {number} {claim.way}: {claim.sentence}")
        else:
            print(f"   {claim.way}  {claim.sentence}{'' if claim.is_so else '   << NOT SEEN'}")
        if not claim.is_so and claim.detail:
            print("# " + str(claim.detail).replace("\n", "\n# "))
        sys.stdout.flush()

    def finish(self):
        print(f"1..{self.count}" if self.is_tap else f"\n{self.count - self.failed} passed, {self.failed} failed")


def main():
    arguments = sys.argv[1:]
    is_tap = arguments[0] == "--tap"
    build = os.path.abspath(arguments[is_tap])
    source = os.path.join(HERE, "..", "..")
    os.environ.pop("PGHOST", None)
    teller = Teller(is_tap)
    with tempfile.TemporaryDirectory(prefix="tenantry-truths-") as folder:
        os.chmod(folder, 0o755)
        scene = Scene(folder, build, source)
        try:
            for number, truth in sorted(TRUTHS.items()):
                if is_tap and truth is truth_3_switch:
                    continue
                teller.truth(number, truth.__doc__.split("\n")[0])
                for claim in truth(scene):
                    teller.claim(number, claim)
        finally:
            scene.stop()
    teller.finish()
    sys.exit(1 if teller.failed else 0)


main()
