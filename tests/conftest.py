"""What holds for every test: signals mean what they usually do, however the run was started.

What is started in the background or under nohup ignores some, and so would every program that a
test starts and then interrupts. And the time is UTC, wherever the machine is.
"""

from __future__ import annotations

import os
import signal
import time

os.environ["TZ"] = "UTC"
time.tzset()
for _number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
