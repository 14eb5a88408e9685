"""Defaults, then a file, then the environment; the later layer wins."""

import configparser
import os
from typing import Dict, Mapping, Optional

from nw_core import ConfigurationError, slug

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class Settings:
    """What holds for one component."""

    def __init__(self, component: str, values: Mapping[str, str]) -> None:
        self.component = slug(component)
        self._values = {key.lower(): value for key, value in values.items()}

    def __contains__(self, key: str) -> bool:
        return key.lower() in self._values

    def text(self, key: str, default: Optional[str] = None) -> str:
        value = self._values.get(key.lower(), default)
        if value is None:
            raise ConfigurationError(f"{self.component}.{key}", "is not set and has no default")
        return value

    def integer(self, key: str, default: Optional[int] = None) -> int:
        text = self.text(key, None if default is None else str(default))
        try:
            return int(text)
        except ValueError:
            raise ConfigurationError(f"{self.component}.{key}", f"{text!r} is no number") from None

    def flag(self, key: str, default: bool = False) -> bool:
        text = self.text(key, "yes" if default else "no").lower()
        if text not in _TRUE | _FALSE:
            raise ConfigurationError(f"{self.component}.{key}", f"{text!r} is neither yes nor no")
        return text in _TRUE

    def layered(self, values: Mapping[str, str]) -> "Settings":
        """These settings with others on top."""
        lowered = {key.lower(): value for key, value in values.items()}
        return Settings(self.component, self._values | lowered)


def from_file(component: str, path: "str | os.PathLike[str]") -> Dict[str, str]:
    """The component's section of an INI file; an absent section is empty."""
    parser = configparser.ConfigParser(interpolation=None)
    with open(path, encoding="utf-8") as file:
        parser.read_file(file)
    return dict(parser[component]) if parser.has_section(component) else {}


def from_environment(component: str, environment: Mapping[str, str]) -> Dict[str, str]:
    """NW_SERVING_PORT=80 sets `port` of the component `serving`."""
    prefix = f"NW_{slug(component).replace('-', '_').upper()}_"
    return {
        key.removeprefix(prefix).lower(): value
        for key, value in environment.items()
        if key.startswith(prefix)
    }


def load(
    component: str,
    path: "Optional[str | os.PathLike[str]]" = None,
    defaults: Optional[Mapping[str, str]] = None,
    environment: Optional[Mapping[str, str]] = None,
) -> Settings:
    """The settings of a component from all its layers."""
    settings = Settings(component, defaults or {})
    if path is not None:
        settings = settings.layered(from_file(component, path))
    return settings.layered(
        from_environment(component, os.environ if environment is None else environment)
    )
