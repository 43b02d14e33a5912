"""Windows that hang or crash end their process, so that it can be started anew."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest

from plait_console.stack.testing import RunningStack

pytestmark = pytest.mark.integration

PROGRAM = """
import sys, threading
from plait_notification import windows
from plait_notification.heard import Ear
from plait_notification.settings import NotificationSettings
from plait_shared.codec import Codec
from plait_shared.errors import Fatal
from plait_shared.registry import HttpRegistry

settings = NotificationSettings.load()
windows.STALLED_S = float(sys.argv[1])
made = windows.Windows(settings, Ear(Codec(HttpRegistry(settings.registry_url), "test")), print)

def lose_the_group(app):
    if made.ready():
        raise Fatal("the group is lost")

if sys.argv[2:]:
    windows.check_coordination = lose_the_group
made.run(threading.Event())
"""


@pytest.mark.parametrize(("arguments", "cause"), [(["0"], "has hung"), (["60", "crash"], "the group is lost")])
def test_the_process_ends(stack: RunningStack, arguments: list[str], cause: str) -> None:
    environment = os.environ | {
        "PLAIT_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
        "PLAIT_REGISTRY_URL": stack.registry_url,
        "PLAIT_GROUP": f"windows-{uuid4().hex[:6]}",
    }
    command = [sys.executable, "-c", PROGRAM, *arguments]
    ended = subprocess.run(command, env=environment, timeout=200, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert cause in ended.stderr
