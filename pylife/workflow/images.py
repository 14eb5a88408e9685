"""What the fleet knows of container images: what `pylife.toml` says, and what members build."""

from pylife import declarations
from pylife.declarations import Around, KnownImage
from pylife.declarations.registry import claims
from pylife.fleet import Fleet, Member
from pylife.fleet.images import match, matches
from pylife.model import Role


class Images:
    """The images of one fleet; answers what a member's base images are."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._bases: dict[str, set[str]] = {}
        self._open: set[str] = set()
        self._arounds: dict[str, Around] = {}
        self._images: dict[str, KnownImage] = {}

    def bases(self, member: Member) -> tuple[str, ...]:
        """The members that build an image which `member`, as it was read, is based on; sorted."""
        return tuple(sorted(self._bases.get(member.project.path, ())))

    def around(self, member: Member) -> Around:
        """What the files of `member` may depend on; the same each time."""
        path = member.project.path
        if path not in self._arounds:
            self._arounds[path] = declarations.around(
                member.folder or member.root, lambda reference: self._known(member, reference)
            )
        return self._arounds[path]

    def _known(self, member: Member, reference: str) -> KnownImage | None:
        for other in self._fleet.members:
            own = other.project.path == member.project.path
            if not own and any(matches(pattern, reference) for pattern in other.builds):
                self._bases.setdefault(member.project.path, set()).add(other.project.name)
                return self._built(other)
        image = match(self._fleet.images, reference)
        if image is None:
            return None
        known = f"pylife.toml [images], from {image.source} of {image.date}"
        until = f"; maintained until {image.end_of_life}" if image.end_of_life else ""
        return KnownImage(versions=image.pythons, note=known + until)

    def _built(self, member: Member) -> KnownImage:
        path = member.project.path
        if path not in self._images:
            self._images[path] = self._read_built(member)
        return self._images[path]

    def _read_built(self, member: Member) -> KnownImage:
        """The Python of the image that `member` builds, as its Dockerfiles say."""
        name = member.project.name
        if member.folder is None or member.project.path in self._open:
            why = "cannot be read" if member.folder is None else "is built from itself"
            return KnownImage(unreadable=f"the image of {name} {why}")
        self._open.add(member.project.path)
        files = [
            path
            for path in member.files
            if any(claim.module == "containers.dockerfile" for claim in claims(path))
        ]
        read = declarations.read(member.folder, files, self.around(member)).declarations
        self._open.discard(member.project.path)
        found = [item for item in read if item.role is Role.RUNS_ON]
        named = {python for item in found for python in item.versions or ()}
        unknown = next((item for item in found if item.unreadable is not None), None)
        if len(named) == 1 and unknown is None:
            return KnownImage(versions=tuple(named), note=f"the image is built by {name}")
        if unknown is not None:
            why = f"{unknown.file}:{unknown.line}: {unknown.unreadable}"
        elif named:
            why = f"its Dockerfiles name several Pythons ({', '.join(map(str, sorted(named)))})"
        else:
            why = "its Dockerfiles name no Python"
        return KnownImage(unreadable=f"the image is built by {name}: {why}")
