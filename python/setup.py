"""Puts the library and the figures' scripts into the wheel.

The library is ALIGNODE_LIBRARY, ../build/libalignode.so, which meson has built, or
../build-install/libalignode.so, which ./setup.sh install has built. With ALIGNODE_WHEEL=system the wheel has neither and finds the installed library when it is imported.
"""

import os
import shutil
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

here = Path(__file__).resolve().parent
bundled = os.environ.get("ALIGNODE_WHEEL", "") != "system"


def library():
    built = [here.parent / folder / "libalignode.so" for folder in ("build", "build-install")]
    own = os.environ.get("ALIGNODE_LIBRARY")
    path = Path(own) if own else next((p for p in built if p.is_file()), built[0])
    if not path.is_file():
        raise SystemExit(f"{path}: no library to put into the wheel. Build it (./setup.sh), set ALIGNODE_LIBRARY to its path, or set "
                         "ALIGNODE_WHEEL=system for a wheel that uses the installed one")
    return path


class BuildWithLibrary(build_py):
    """Copies them beside the package's modules."""

    def run(self):
        super().run()
        package = Path(self.build_lib) / "alignode"
        for folder in ("lib", "plots"):
            shutil.rmtree(package / folder, ignore_errors=True)
        if not bundled:
            return
        (package / "lib").mkdir(parents=True)
        (package / "plots").mkdir()
        shutil.copyfile(library(), package / "lib" / "libalignode.so")
        scripts = sorted((here.parent / "plots").glob("*.gp"))
        if not scripts:
            raise SystemExit(f"{here.parent / 'plots'}: no scripts of figures")
        for script in scripts:
            shutil.copyfile(script, package / "plots" / script.name)


class PlatformDistribution(Distribution):
    """With the library it belongs to a platform."""

    def has_ext_modules(self):
        return bundled


class PlatformWheel(bdist_wheel):
    """For any Python 3: the library does not depend on it."""

    def get_tag(self):
        platform = super().get_tag()[2]
        return ("py3", "none", platform if bundled else "any")


setup(distclass=PlatformDistribution,
      cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel})
