"""Where packages come from: what is configured, and what a file of the project says beside it."""

from pylife.dependencies.index import address
from pylife.dependencies.index.access import Access
from pylife.dependencies.index.address import Credentials
from pylife.dependencies.index.settings import Configured
from pylife.dependencies.records import Index, Indexes
from pylife.workflow.dependencies.inputs.records import Options


def merged(
    configured: Configured, options: Options, pinned: tuple[tuple[str, str], ...] = ()
) -> Configured:
    """The configured indexes with what a file says in pip's words, which goes before.

    Credentials in addresses go to the access. A file of its own index leaves the configured
    default out, as pip does.
    """
    indexes, credentials = configured.indexes, dict(configured.access.credentials)

    def bare(index: Index) -> Index:
        url, own = address.split(index.url)
        if own is not None:
            credentials[url] = own
        return index._replace(url=url)

    own = [bare(index) for index in options.indexes]
    default = bare(options.default) if options.default is not None else None
    if options.no_index:
        found = Indexes((), told_by="the requirements file")
    else:
        listed = [*own, *(one for one in indexes.indexes if not one.default)]
        last = default or next((one for one in indexes.indexes if one.default), None)
        whole = (*listed, last) if last is not None else tuple(listed)
        found = indexes._replace(indexes=tuple(dict.fromkeys(whole)))
        if own or default is not None:
            found = found._replace(
                told_by=" and ".join(filter(None, (indexes.told_by, "the file")))
            )
    found = found._replace(
        find_links=tuple(dict.fromkeys((*options.find_links, *indexes.find_links))),
        strategy=indexes.strategy,
        pinned=tuple(sorted({*indexes.pinned, *pinned})),
    )
    return Configured(found, _with(configured.access, credentials))


def _with(access: Access, credentials: dict[str, Credentials]) -> Access:
    return access._replace(credentials=tuple(sorted(credentials.items())))
