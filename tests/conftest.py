"""What holds for every test: signals and file modes are the usual ones, however it was started.

What is started in the background or under nohup ignores some, and so would every program that a
test starts and then interrupts.
"""

from __future__ import annotations

import os
import signal

os.umask(0o022)  # what a test writes is for others to read and not to write

for _number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
