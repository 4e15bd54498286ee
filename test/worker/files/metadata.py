"""A metadata service, version 2 only, as strict as EC2's."""
from web import Web

TTL = "x-aws-ec2-metadata-token-ttl-seconds"
TOKEN = "x-aws-ec2-metadata-token"
LONGEST_TTL = 21_600


class Metadata:
    """`knows` is what stands below /latest/; `fails` is a status that every question gets."""

    def __init__(self, test, knows):
        self.knows = knows
        self.fails = None
        self.sessions = []
        self.web = Web(test, self._answer)
        self.url = self.web.url

    def forget(self):
        """No session holds any longer, as after the end of its time."""
        self.sessions = [""] * len(self.sessions)

    def _answer(self, request):
        if request.path == "/latest/api/token":
            return self._session(request)
        if self.fails is not None:
            return self.fails, {}, ""
        if request.command != "GET" or request.headers.get(TOKEN, "") not in [one for one in self.sessions if one]:
            return 401, {}, ""
        text = self.knows.get(request.path[8:]) if request.path.startswith("/latest/") else None
        return (404, {}, "") if text is None else (200, {}, text)

    def _session(self, request):
        if request.command != "PUT" or not 1 <= int(request.headers.get(TTL, "0")) <= LONGEST_TTL:
            return 400, {}, ""
        self.sessions.append(f"session-{len(self.sessions)}")
        return 200, {}, self.sessions[-1]
