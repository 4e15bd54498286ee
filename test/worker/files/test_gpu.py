"""The GPUs of a machine."""
from bare_machine import BareMachine

import gpu


class Gpus(BareMachine):
    def setUp(self):
        super().setUp()
        self.put(gpu, "PCI", self.root + gpu.PCI)

    def device(self, name, vendor, kind):
        self.file(f"/sys/bus/pci/devices/{name}/vendor", f"{vendor}\n")
        self.file(f"/sys/bus/pci/devices/{name}/class", f"{kind}\n")

    def has_gpus(self, count):
        for number in range(count):
            self.device(f"0000:00:1{number}.0", "0x10de", "0x030200")
        # A card's sound, a network card, and the console's picture.
        self.device("0000:00:1e.0", "0x10de", "0x040300")
        self.device("0000:00:05.0", "0x1d0f", "0x020000")
        self.device("0000:00:03.0", "0x1d0f", "0x030000")

    def shows(self, count):
        self.commands.has("nvidia-smi", says="\n".join(f"GPU {n}: NVIDIA A10G (UUID: GPU-{n})" for n in range(count)))

    def test_a_machine_without_any_is_asked_nothing(self):
        self.assertEqual(gpu.lines(), ())
        self.has_gpus(0)
        self.assertEqual(gpu.lines(), ())
        self.assertEqual(self.commands.all(), [])

    def test_htcondor_is_told_of_those_that_the_driver_shows(self):
        self.has_gpus(2)
        self.shows(2)
        self.assertEqual(gpu.lines(), ("use feature : GPUs", "GPU_DISCOVERY_EXTRA = -extra"))
        self.assertEqual(self.commands.all(), ["nvidia-smi -L"])

    def test_a_picture_is_a_gpu_if_it_is_nvidia_s(self):
        self.device("0000:00:1f.0", "0x10de", "0x030000")
        self.shows(1)
        self.assertEqual(len(gpu.lines()), 2)

    def test_an_image_without_a_driver_is_named(self):
        self.has_gpus(1)
        with self.assertRaisesRegex(RuntimeError, "^the image has no driver that works for the 1 GPUs of this machine: "):
            gpu.lines()
        self.commands.has("nvidia-smi", says="couldn't communicate with the driver", ends=9)
        with self.assertRaisesRegex(RuntimeError, "no driver that works .*: couldn't communicate with the driver$"):
            gpu.lines()

    def test_a_gpu_that_has_dropped_out_is_named(self):
        self.has_gpus(4)
        self.shows(3)
        with self.assertRaisesRegex(RuntimeError, "^nvidia-smi shows 3 of the 4 GPUs of this machine$"):
            gpu.lines()
