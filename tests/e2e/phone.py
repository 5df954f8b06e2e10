"""The telephone of `tests/e2e/asterisk call` and the one who holds it: baresip,
steered over its control port on loopback. See the head of tests/e2e/asterisk."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time

CONFIG = """\
sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
audio_source aufile,{folder}/said.wav
audio_player aufile,{heard}
audio_alert aufile,/dev/null
audio_buffer 20-160
rtp_ports {rtp}-{rtp_end}
ctrl_tcp_listen 127.0.0.1:{control}
module_path {kit}/root/usr/lib/baresip/modules
module g711.so
module g722.so
module aufile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""
CODECS = {"pcmu": "PCMU/8000/1", "pcma": "PCMA/8000/1", "g722": "G722/16000/1"}
OPTIONS = {"heard": None, "stay": "0", "keys": "", "vanish": None,
           "freeze": None, "codec": "pcmu", "as": "5558675309"}


def fail(code, text):
    sys.stderr.write(f"asterisk: {text}\n")
    sys.exit(code)


def options(words):
    given = dict(OPTIONS)
    for word in words:
        name, _, value = word.partition("=")
        if name not in OPTIONS:
            fail(64, f"call has no option '{name}'")
        given[name] = value
    return given


def frozen_in(folder):
    try:
        with open(os.path.join(folder, "pid")) as file:
            os.kill(int(file.read()), 0)
        return True
    except (FileNotFoundError, ProcessLookupError):
        return False


def own_folder(base):
    """A folder and a number that no other telephone of this Asterisk has."""
    for number in range(10):
        folder = os.path.join(base, f"phone-{number}")
        if frozen_in(folder):
            continue
        os.makedirs(folder, exist_ok=True)
        lock = os.open(os.path.join(folder, "lock"), os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return folder, number
        except BlockingIOError:
            os.close(lock)
    fail(75, "ten telephones are in use already")


class Phone:
    def __init__(self, base, wav, given):
        self.folder, number = own_folder(base)
        ports = int(os.environ["PORTS"])
        self.control = ports + 22 + 3 * number  # port + 1 is for TLS
        heard = os.path.abspath(given["heard"] or os.path.join(base, "heard.wav"))
        self.files = {
            "config": CONFIG.format(
                sip=self.control - 2, control=self.control, heard=heard,
                rtp=ports + 300 + 16 * number,
                rtp_end=ports + 315 + 16 * number,
                folder=self.folder, kit=os.environ["KIT"]),
            "accounts": f"<sip:{given['as']}@127.0.0.1:{self.control - 2}>;"
                        f"regint=0;answermode=auto;"
                        f"audio_codecs={CODECS[given['codec']]}\n",
            "contacts": "",
        }
        for name, text in self.files.items():
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
        subprocess.run(["sox", "-D", wav, "-r", "8000", "-c", "1", "-b", "16",
                        os.path.join(self.folder, "said.wav"),
                        "pad", "0", given["stay"]], check=True)
        log = open(os.path.join(self.folder, "log"), "w")
        self.process = subprocess.Popen(
            ["bash", "-c", os.environ["SV_E2E_PHONE"] + " -f " + self.folder],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        with open(os.path.join(self.folder, "pid"), "w") as file:
            file.write(str(self.process.pid))
        self.wire = self.connect()
        self.unread = b""

    def connect(self):
        for _ in range(500):
            if self.process.poll() is not None:
                break
            try:
                return socket.create_connection(("127.0.0.1", self.control))
            except ConnectionRefusedError:
                time.sleep(0.02)
        fail(70, "the telephone did not start: see phone-N/log")

    def tell(self, command, parameter=""):
        text = json.dumps({"command": command, "params": parameter})
        self.wire.sendall(f"{len(text)}:{text},".encode())

    def events(self, timeout):
        """What it says within so many seconds: a list, None at the end."""
        self.wire.settimeout(max(timeout, 0.001))
        try:
            data = self.wire.recv(65536)
        except socket.timeout:
            return []
        except ConnectionResetError:
            return None
        if not data:
            return None
        self.unread += data
        found = []
        while b":" in self.unread:
            length, _, rest = self.unread.partition(b":")
            end = int(length)
            if len(rest) <= end:
                break
            found.append(json.loads(rest[:end]).get("type"))
            self.unread = rest[end + 1:]
        return found

    def end(self):
        """Lets it write what it heard."""
        self.process.terminate()
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.unlink(os.path.join(self.folder, "pid"))


def deeds(given):
    """What is to be done, in ms after the answer: (when, verb, argument)."""
    list_ = []
    for item in filter(None, given["keys"].split(",")):
        when, _, keys = item.partition(":")
        for place, key in enumerate(keys):
            list_.append((int(when) + 400 * place, "sndcode", key))
    for verb in ("vanish", "freeze"):
        if given[verb]:
            list_.append((int(given[verb]), verb, ""))
    return sorted(list_)


def do(phone, verb, argument):
    """Whether that was the end of it."""
    if verb == "vanish":
        phone.process.kill()
        phone.process.wait()
    elif verb == "freeze":
        phone.process.send_signal(signal.SIGSTOP)
    else:
        phone.tell(verb, argument)
    return verb in ("vanish", "freeze")


def talk(phone, extension, given):
    """ms the call was up, None if nobody answered."""
    todo, answered, deadline = [], None, time.monotonic() + 20
    if extension:
        phone.tell("dial", f"sip:{extension}@127.0.0.1:{os.environ['SIP']}")
    while True:
        now = time.monotonic()
        if answered is None and now > deadline:
            return None
        if todo and now >= answered + todo[0][0] / 1000:
            if do(phone, *todo.pop(0)[1:]):
                break
            continue
        wait = answered + todo[0][0] / 1000 - now if todo else 1
        events = phone.events(wait)
        if events is None or "CALL_CLOSED" in events:
            break
        if "CALL_ESTABLISHED" in events:
            answered = time.monotonic()
            todo = deeds(given)
    return None if answered is None else int(1000 * (time.monotonic() - answered))


def main():
    base, extension, wav = sys.argv[1:4]
    given = options(sys.argv[4:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    phone = Phone(base, wav, given)
    frozen = False
    try:
        ms = talk(phone, extension, given)
        frozen = given["freeze"] and ms is not None
    finally:
        if not frozen:
            phone.end()
    if ms is None:
        fail(69, f"nobody answered at {extension}" if extension
             else "nobody called")
    print(ms)


main()
