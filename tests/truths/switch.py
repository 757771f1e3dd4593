"""Truth 3, which needs a browser: tests/browser/switch.mjs says what held and what failed."""
import os
import re
import subprocess

from claim import Claim

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "browser", "run")


def truth_3_switch(scene):
    """After a switch nothing of the old organization is shown."""
    done = subprocess.run([RUN, "switch", scene.invoicing], capture_output=True, text=True, check=False)
    claims = re.findall(r"^(ok|not ok) \d+ - (holds|fails): (.*)$", done.stdout, flags=re.MULTILINE)
    for result, way, sentence in claims:
        yield Claim(way, sentence, result == "ok", done.stdout)
    if not claims:
        yield Claim("holds", "the browser's test ran", False, done.stdout + done.stderr)
