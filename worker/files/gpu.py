"""The GPUs of this machine: HTCondor is told of them, and a machine whose driver does not work becomes no worker."""
import os

import node

PCI = "/sys/bus/pci/devices"
NVIDIA = "0x10de"
# Display and 3D controllers; a card is more devices than that.
CONTROLLERS = ("0x0300", "0x0302")


def value(device, name):
    with open(f"{PCI}/{device}/{name}") as file:
        return file.read().strip()


def built_in():
    """How many this machine has, whatever its image knows of them."""
    devices = os.listdir(PCI) if os.path.isdir(PCI) else []
    ours = [device for device in devices if value(device, "vendor") == NVIDIA]
    return len([device for device in ours if value(device, "class")[:6] in CONTROLLERS])


def shown():
    """How many the driver shows."""
    return len([line for line in node.run("nvidia-smi", "-L").splitlines() if line.startswith("GPU ")])


def lines():
    """What HTCondor's configuration says of GPUs: nothing where there are none."""
    count = built_in()
    if count == 0:
        return ()
    try:
        there = shown()
    except (OSError, RuntimeError) as error:
        raise RuntimeError(f"the image has no driver that works for the {count} GPUs of this machine: {error}") from None
    if there != count:
        raise RuntimeError(f"nvidia-smi shows {there} of the {count} GPUs of this machine")
    return ("use feature : GPUs", "GPU_DISCOVERY_EXTRA = -extra")
