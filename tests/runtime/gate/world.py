"""Everything that a tool's record can be asked to do, by page, API, builder and outbox, while the database watches."""

import json
import time
from io import BytesIO

from opswright.application import create_app
from runtime.background.deliverer import Deliverer
from runtime.gate import Origin, Upload
from runtime.services import Services
from runtime.storage import attachments, outbox
from runtime.storage.ids import decode_id, encode_id
from tests.runtime.browsing import Browser
from tests.runtime.gate.conftest import PAGE, stored
from tests.runtime.gate.watch import Watch
from tests.runtime.opening import Desk
from tests.runtime.refunds import refunds_tool


class World:
    """A page's and the API's view of one refund that the lead may do everything with."""

    def __init__(self, services: Services) -> None:
        self.desk = Desk(services)
        self.services = services
        self.app = create_app(services)
        self.app.testing = True
        self.browser = Browser(self.app, "lena")
        self.token = services.accounts.add_token("lena")[1]
        self.watch = Watch(services)

    def refund(self, **data: object) -> str:
        values = self.desk.typed(**{"merchant": "Shop", **data})
        made = self.desk.gate.create(self.desk.access("olga"), values, Origin("seed"))
        return encode_id(made.record_id)

    def upload(self) -> Upload:
        kept = self.services.files.write(BytesIO(b"12.50"), limit=100)
        return Upload("a.txt", kept.sha256, kept.size, "text/plain")

    def file_of(self, refund: str) -> str:
        found = stored(self.desk, decode_id(refund))
        self.desk.gate.attach(self.desk.access("lena"), found.id, [self.upload()], PAGE)
        with self.services.db.read() as conn:
            return encode_id(attachments.listed(conn, found.form_id, found.id)[-1].id)

    def post(self, path: str, **data: object) -> int:
        return self.browser.post(path, data).status_code

    def build(self, path: str, **data: object) -> int:
        return Browser(self.app, "ada").post(path, data).status_code

    def publish_draft(self) -> int:
        """Of a draft that differs from what is in force."""
        document = {**refunds_tool(), "title": "All refunds"}
        browser = Browser(self.app, "ada")
        text = browser.form("/build/refunds/text/")
        browser.post("/build/refunds/text/", text | {"document": json.dumps(document)})
        seen = browser.form("/build/refunds/publish/")
        return browser.post("/build/refunds/publish/", seen | {"do": "publish"}).status_code

    def cancel_migration(self) -> int:
        """Of a migration without steps, which then ends."""
        migrations, tool = self.services.migrations, self.desk.tool
        head = {"ops": "1", "kind": "migration", "tool": "refunds", "steps": []}
        head |= {"from": tool.version, "to": tool.version + 1}
        with self.services.db.read() as conn:
            plan = migrations.planner.plan(conn, dict(tool.spec.document), head)
        job = encode_id(migrations.start(plan, "ada"))
        status = self.build(f"/build/refunds/migrations/{job}/cancel")
        migrations.work()
        return status

    def replay(self, *, cancel: bool = False) -> int:
        """Of the draft as it stands, over all records, to its end."""
        answer = Browser(self.app, "ada").post("/build/refunds/publish/replay")
        status = self.build(f"{answer.location}/cancel") if cancel else answer.status_code
        self.services.replays.work()
        return status

    def call(self, method: str, path: str, body: object = None, version: int | None = None) -> int:
        headers = {"Authorization": f"Bearer {self.token}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        path = f"/api/v1/tools/refunds/forms/refund/records{path}"
        return (
            self.app.test_client().open(path, method=method, json=body, headers=headers).status_code
        )

    def send_rows(self) -> int:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "text/csv"}
        path = "/api/v1/tools/refunds/forms/refund/records/batches"
        data = b"merchant\nOne\nTwo\n"
        return self.app.test_client().post(path, data=data, headers=headers).status_code

    def deliver(self) -> None:
        services = self.services
        deliverer = Deliverer(services.db, services.hooks, services.answers)
        for _ in range(5):
            with services.db.read() as conn:
                due = outbox.due(conn, time.time_ns() // 1000)
            for row in due:
                deliverer.deliver(row)
