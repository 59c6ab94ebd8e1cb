"""The walk: two documents in lockstep. Every pair of places is yielded to the rules once, with the operations that it reaches.

A schema that many operations share is compared once for requests and once for answers; recursion ends at a pair that is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..resolve import Documents, Node
from .change import Direction
from .match import match_operations, match_responses
from .pairs import Coded, Kind, Operation, Pair, Subject
from .read import Side, content_schema
from .sameness import Sameness
from .schemas import Owner, SchemaWalk, Visit, by_key


class Walk:
    """One comparison. `visit` gets every pair that may differ."""

    def __init__(self, old: Documents, new: Documents, visit: Visit) -> None:
        self.old, self.new = Side(old), Side(new)
        self.sameness = Sameness(old, new)
        self.visit = visit
        self.schemas = SchemaWalk(self.old, self.new, self.sameness, visit)

    def run(self) -> None:
        """Walk everything.

        Raises:
            UnresolvedRef: a path item leads nowhere.
        """
        owner = Owner()
        both = Direction.REQUEST
        self.visit(Pair(Kind.DOCUMENT, self.old.top, self.new.top, Subject("the document"), both), owner)
        self.visit(Pair(Kind.SERVERS, self.old.servers(), self.new.servers(), Subject("servers"), both), owner)
        for old, new in by_key(self.old.schemes(), self.new.schemes()):
            self.visit(Pair(Kind.SCHEME, old, new, Subject(f'security scheme "{_name(old, new)}"'), both), owner)
        for before, after in match_operations(self.old.operations, self.new.operations):
            self._operation(before, after)
        self._events(self.old.webhooks(), self.new.webhooks(), Owner())

    # --- operations ------------------------------------------------------------------------------------------------

    def _operation(self, old: Operation | None, new: Operation | None) -> None:
        named = new or old
        assert named is not None
        owner = Owner(named.label)
        pair = Pair(Kind.OPERATION, old, new, Subject(named.label), Direction.REQUEST)
        if old is None or new is None:
            self.visit(pair, owner)
            return
        if self._same_operation(old, new):
            self._security(old, new, owner)
            return
        self.visit(pair, owner)
        self._security(old, new, owner)
        self._own_servers(old, new, owner)
        self._exchange(old, new, owner, Direction.REQUEST)
        self._events(self.old.callbacks(old), self.new.callbacks(new), owner)

    def _same_operation(self, old: Operation, new: Operation) -> bool:
        if old.label != new.label or old.operation_id != new.operation_id:
            return False
        around = ("parameters", "servers")
        return self.sameness.same(
            (old.node, *(old.item.child(key) for key in around)), (new.node, *(new.item.child(key) for key in around))
        )

    def _security(self, old: Operation, new: Operation, owner: Owner) -> None:
        before, after = self.old.security(old), self.new.security(new)
        if before.alternatives != after.alternatives:
            self.visit(Pair(Kind.SECURITY, before, after, Subject("credentials"), Direction.REQUEST), owner)

    def _own_servers(self, old: Operation, new: Operation, owner: Owner) -> None:
        before, after = self.old.servers(old), self.new.servers(new)
        if before.servers or after.servers:
            before = before if before.servers else self.old.servers()
            after = after if after.servers else self.new.servers()
            self.visit(Pair(Kind.SERVERS, before, after, Subject("its servers"), Direction.REQUEST), owner)

    def _exchange(self, old: Operation, new: Operation, owner: Owner, sent: Direction) -> None:
        """What goes out and what comes back; `sent` is REQUEST for calls, RESPONSE for events that a client receives."""
        parameters = (self.old.parameters(old), self.new.parameters(new))
        for before, after in by_key(*parameters):
            thing = after or before
            assert thing is not None
            subject = Subject(thing.label)
            self.visit(Pair(Kind.PARAMETER, before, after, subject, sent), owner)
            if before is not None and after is not None:
                self.schemas.compare(before.schema.nodes, after.schema.nodes, subject, sent, owner)
        bodies = self.old.body(old), self.new.body(new)
        if bodies != (None, None):
            name = Subject("body")
            self.visit(Pair(Kind.BODY, *bodies, name, sent), owner)
            self._content(*bodies, name, sent, owner)
        if sent is Direction.REQUEST:
            for response in match_responses(self.old.responses(old), self.new.responses(new)):
                self._response(*response, owner)

    def _response(self, old: Coded | None, new: Coded | None, owner: Owner) -> None:
        subject = Subject(f"{_name(old, new)} answer")
        self.visit(Pair(Kind.RESPONSE, old, new, subject, Direction.RESPONSE), owner)
        if old is None or new is None or self.sameness.same((old.node,), (new.node,)):
            return
        for before, after in by_key(self.old.headers(old.node), self.new.headers(new.node)):
            header = Subject(f'header "{_name(before, after)}" of the {subject}')
            self.visit(Pair(Kind.HEADER, before, after, header, Direction.RESPONSE), owner)
            if before is not None and after is not None:
                places = (content_schema(self.old, before.node),), (content_schema(self.new, after.node),)
                self.schemas.compare(*places, header, Direction.RESPONSE, owner)
        self._content(old.node, new.node, subject, Direction.RESPONSE, owner)

    def _content(
        self, old: Node | None, new: Node | None, subject: Subject, direction: Direction, owner: Owner
    ) -> None:
        if old is None or new is None:
            return
        for before, after in by_key(self.old.content(old), self.new.content(new)):
            self.visit(Pair(Kind.MEDIA_TYPE, before, after, subject, direction), owner)
            if before is None or after is None or self.sameness.same((before.node,), (after.node,)):
                continue
            for key in ("schema", "itemSchema"):
                if key in before.node.map or key in after.node.map:
                    places = (before.node.child(key),), (after.node.child(key),)
                    self.schemas.compare(*places, subject, direction, owner)

    def _events(self, old: Mapping[str, Operation], new: Mapping[str, Operation], owner: Owner) -> None:
        for before, after in by_key(old, new):
            event = after or before
            assert event is not None
            subject = Subject(f'event "{event.path}"')
            mine = Owner(f"event {event.path}", [owner])
            self.visit(Pair(Kind.WEBHOOK, before, after, subject, Direction.RESPONSE), mine)
            if before is not None and after is not None and not self._same_operation(before, after):
                self._exchange(before, after, mine, Direction.RESPONSE)


def _name(old: Coded | None, new: Coded | None) -> str:
    named = new or old
    return named.key if named is not None else ""
