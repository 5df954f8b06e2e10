"""Callers for benchmarks: AudioSocket as Asterisk speaks it, in one asyncio
loop, with the moment of each frame that came. No PBX, no telephone."""
import array
import asyncio
import glob
import json
import os
import socket
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BIN = os.environ.get("SV_BIN", os.path.join(ROOT, "bin"))
SOUNDS = "/usr/share/asterisk/sounds/en"
MODELS = os.environ.get("SV_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
    "sales-voice")
FRAME = 320  # bytes: 20 ms at 8 kHz
LOUD = 200


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def sound(*arguments):
    """PCM at 8 kHz of what SoX makes of its arguments, silence cut off."""
    return subprocess.run(
        ["sox", "-D", *arguments[:1], "-t", "raw", "-r", "8000", "-e",
         "signed", "-b", "16", "-c", "1", "-", *arguments[1:]],
        stdout=subprocess.PIPE, check=True).stdout


def loudness(data):
    samples = array.array("h", data[:len(data) // 2 * 2])
    return max(max(samples), -min(samples)) if samples else 0


def answers():
    """What a person says: three digits, and that this is correct."""
    number = b"".join(sound(f"{SOUNDS}/digits/{d}.wav") for d in (4, 1, 5))
    return number, sound(f"{SOUNDS}/if-correct-press.wav", "trim", "0.27",
                         "0.95")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Call:
    """One call: it says silence until told to say something."""

    def __init__(self):
        self.uuid = bytes([os.urandom(1)[0] & 0x7f]) + os.urandom(15)
        self.queue = b""
        self.began = self.onset = self.last = None
        self.sounds = []  # when a loud frame came
        self.open = False
        self.news = asyncio.Event()

    @property
    def id(self):
        """As a ULID."""
        number, text = int.from_bytes(self.uuid, "big"), ""
        for _ in range(26):
            text = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number % 32] + text
            number //= 32
        return text

    async def dial(self, port):
        self.began = time.monotonic()
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", port)
        self.writer.write(b"\x01\x00\x10" + self.uuid)
        self.open = True
        self.tasks = [asyncio.create_task(self.talk()),
                      asyncio.create_task(self.hear())]

    async def talk(self):
        due = time.monotonic()
        while self.open:
            frame, self.queue = self.queue[:FRAME], self.queue[FRAME:]
            if frame and loudness(frame) > LOUD:
                self.last = time.monotonic()
                self.onset = self.onset or self.last
            self.writer.write(b"\x10\x01\x40" + frame.ljust(FRAME, b"\0"))
            due += 0.02
            await asyncio.sleep(max(0, due - time.monotonic()))

    async def hear(self):
        try:
            while True:
                head = await self.reader.readexactly(3)
                data = await self.reader.readexactly(head[1] << 8 | head[2])
                if head[0] == 0x10 and loudness(data) > LOUD:
                    self.sounds.append(time.monotonic())
                    self.news.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.open = False
            self.news.set()

    async def say(self, data):
        """When its first and its last loud frame were sent."""
        self.queue, self.onset = data, None
        while self.queue and self.open:
            await asyncio.sleep(0.005)
        return self.onset, self.last

    async def sound_after(self, moment, timeout=15):
        """When the first loud frame after that moment came, or None."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self.open:
            later = [at for at in self.sounds[-2000:] if at > moment]
            if later:
                return later[0]
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(),
                                       end - time.monotonic())
            except asyncio.TimeoutError:
                break
        return None

    async def silence(self, seconds, timeout=30):
        """When the last loud frame came before so much silence."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self.open:
            last = self.sounds[-1] if self.sounds else self.began
            left = last + seconds - time.monotonic()
            if left <= 0:
                return last
            await asyncio.sleep(left)
        return None

    async def hang_up(self):
        self.open = False
        self.writer.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def children(pid):
    """(pid, name) of all that come from a process."""
    found = []
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            direct = file.read().split()
        for child in map(int, direct):
            with open(f"/proc/{child}/comm") as file:
                found.append((child, file.read().strip()))
            found += children(child)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def cpu_ns(pid):
    """What the scheduler has given it."""
    try:
        with open(f"/proc/{pid}/schedstat") as file:
            return int(file.read().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def unshared_kb(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return sum(int(line.split()[1]) for line in file
                       if line.startswith("Private_"))
    except (FileNotFoundError, ProcessLookupError):
        return 0


def wait_until_open(port):
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise SystemExit("nothing listens")


class Server:
    """sv-asr --serve and sv-capture with pipelines/live-call."""

    def __init__(self, folder, *options, scenario="live"):
        self.folder, self.port = folder, free_port()
        self.events = os.path.join(folder, "events.ndjson")
        model = os.path.join(folder, "asr.sock")
        environment = {
            **os.environ, "PATH": BIN + ":" + os.environ["PATH"],
            "SV_RUN": os.path.join(folder, "run"), "SV_LANG": "en",
            "SV_SCENARIO": os.path.join(ROOT, f"tests/bench/{scenario}.yaml"),
            "SV_TTS_CACHE": os.path.join(folder, "tts"),
            "SV_ASR_SOCKET": model}
        self.log = open(os.path.join(folder, "log"), "w")
        # other words than the callers', in the same voice as most prompts
        warm = os.path.join(folder, "warm.wav")
        subprocess.run(["sox", "-D"] + sorted(glob.glob(f"{SOUNDS}/vm-*.wav"))
                       + [warm], check=True)
        self.asr = subprocess.Popen(
            [os.path.join(BIN, "sv-asr"), "-l", "en", "--serve", model,
             "--warm", warm], stdin=subprocess.DEVNULL, stderr=self.log, env=environment)
        while not os.path.exists(model) and self.asr.poll() is None:
            time.sleep(0.05)
        self.capture = subprocess.Popen(
            [os.path.join(BIN, "sv-capture"), "--max-calls", "64", *options,
             f"audiosocket://127.0.0.1:{self.port}", "--",
             os.path.join(ROOT, "pipelines/live-call")],
            stdin=subprocess.DEVNULL, stdout=open(self.events, "a"),
            stderr=self.log, env=environment)
        wait_until_open(self.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.capture, self.asr):
            process.terminate()
        for process in (self.capture, self.asr):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def of(self, call, type_):
        with open(self.events) as lines:
            events = [json.loads(line) for line in lines
                      if line.endswith("\n") and call.id in line]
        return [event for event in events if event["type"] == type_]

    def stages(self):
        return children(self.capture.pid) + children(self.asr.pid)
