"""A PKCS#11 token in software for the tests: SoftHSM 2, where its library is installed."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PIN = "4711-secret"
PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
LIBRARY = next(
    (place for place in (os.environ.get("SOFTHSM2_LIB", ""), *PLACES) if place and Path(place).is_file()), ""
)
ABSENT = "" if LIBRARY and shutil.which("softhsm2-util") else "SoftHSM 2 is not installed (apt-get install softhsm2)"


@dataclass
class Token:
    """A token of its own, and the keys made in it."""

    folder: Path
    label: str = "counterfoil"

    def make(self):
        """An empty token; the PIN stands in a file (0600)."""
        (self.folder / "tokens").mkdir(parents=True)
        conf = self.folder / "softhsm2.conf"
        conf.write_text(
            f"directories.tokendir = {self.folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        os.environ["SOFTHSM2_CONF"] = str(conf)
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", self.label, "--pin", PIN, "--so-pin", "12345678"],
            check=True, capture_output=True,
        )  # fmt: skip
        pin = self.folder / "pin"
        pin.write_text(PIN + "\n")
        pin.chmod(0o600)
        return self

    def uri(self, label, **query):
        """The address of a key, the PIN by its file."""
        given = {"module-path": LIBRARY, "pin-source": f"file:{self.folder / 'pin'}", **query}
        text = "&".join(f"{name}={value}" for name, value in given.items() if value)
        return f"pkcs11:token={self.label};object={label}?{text}"

    def session(self):
        import pkcs11

        from counterfoil.keys import token

        token.close()  # one session at a time is logged in
        return pkcs11.lib(LIBRARY).get_token(token_label=self.label).open(rw=True, user_pin=PIN)

    def ed25519(self, label):
        from pkcs11 import Attribute, KeyType, Mechanism

        with self.session() as session:
            given = {Attribute.EC_PARAMS: bytes.fromhex("06032b6570")}
            parameters = session.create_domain_parameters(KeyType.EC_EDWARDS, given, local=True)
            parameters.generate_keypair(mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=label, id=b"\1")

    def p256(self, label):
        from pkcs11 import Attribute, KeyType, MechanismFlag
        from pkcs11.util.ec import encode_named_curve_parameters

        able = MechanismFlag.SIGN | MechanismFlag.VERIFY | MechanismFlag.DERIVE
        with self.session() as session:
            given = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            parameters = session.create_domain_parameters(KeyType.EC, given, local=True)
            parameters.generate_keypair(store=True, label=label, id=b"\2", capabilities=able)

    def secret(self, label):
        from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag

        with self.session() as session:
            session.generate_key(
                KeyType.GENERIC_SECRET, 256, label=label, store=True, capabilities=MechanismFlag.SIGN,
                mechanism=Mechanism.GENERIC_SECRET_KEY_GEN,
                template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
            )  # fmt: skip
