"""The build hook: a wheel or source archive without the web assets would install and then show blank pages."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebAssetsHook(BuildHookInterface[Any]):
    """Refuses to build an archive whose web assets have not been built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Runs before each build; an editable installation finds its assets in the checkout, whenever they are made."""
        del build_data
        if version == "editable":
            return
        assets = Path(self.root) / "src/deskbell/web/assets"
        if not all((assets / name).is_file() for name in ("reference/swagger-ui-bundle.js", "desk/index.html")):
            raise RuntimeError("The web assets are missing. Run `make assets`, then build again.")
