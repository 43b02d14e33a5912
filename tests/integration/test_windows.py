"""Windows find their topics there; those that hang or crash end their process, so that it can be started anew."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from plait_console.stack.testing import RunningStack
from plait_notification.heard import Ear
from plait_notification.settings import NotificationSettings
from plait_notification.windows import Windows, make_changelogs
from plait_shared.codec import Codec
from plait_shared.kafka import administrator
from plait_shared.registry import HttpRegistry

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


def test_the_tables_topics_are_there_before_faust_subscribes(stack: RunningStack, tmp_path: Path) -> None:
    group = f"tables-{uuid4().hex[:6]}"
    settings = NotificationSettings(kafka_bootstrap=stack.kafka_bootstrap, registry_url=stack.registry_url, group=group)

    async def make() -> None:
        with HttpRegistry(settings.registry_url) as registry:
            app = Windows(settings, Ear(Codec(registry, "test")), print)._build(str(tmp_path))
            app.finalize()
            for _ in range(2):
                make_changelogs(settings, app)

    asyncio.run(make())
    with administrator(settings, "looking") as admin:
        found = {
            topic["name"]: len(topic["partitions"])
            for topic in admin.describe_topics([name for name in admin.list_topics() if group in name])
        }
    assert found == {f"{group}-windows-{name}-changelog": 6 for name in ("heated", "heated_hourly")}
