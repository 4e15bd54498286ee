"""Nova's API, metadata service, conductor, scheduler and computes in one process: its real code, with no broker and no hypervisor."""

import nova.monkey_patch  # noqa: F401 (has to come before everything else)

import sys

import eventlet
import eventlet.wsgi
import nova.conf
import os_vif
from nova import config, context, objects, service
from nova.compute import api as compute_api
from nova.compute import power_state
from nova.compute import rpcapi as compute_rpcapi
from nova.conductor import rpcapi as conductor_rpcapi
from nova.objects import host_mapping
from nova.scheduler import rpcapi as scheduler_rpcapi
from nova.virt import event as virt_event
from oslo_log import log as logging
from oslo_service import service as oslo_service

# Each host is a zone of its own. The small one has 10 vCPUs and 8 GB.
HOSTS = {
    "zone-a": ("host-a", "fake.FakeDriver"),
    "zone-b": ("host-b", "fake.FakeDriver"),
    "zone-small": ("host-small", "fake.MediumFakeDriver"),
}
# Name: vCPUs, MB, GB.
FLAVOURS = {"g1.small": (1, 1024, 10), "g1.medium": (2, 4096, 10), "g1.large": (4, 4096, 10), "g1.vast": (1, 512, 2_000_000_000)}

CONF = nova.conf.CONF
config.parse_args(sys.argv)
logging.setup(CONF, "nova")
objects.register_all()
os_vif.initialize()
objects.Service.enable_min_version_cache()
admin = context.get_admin_context()
launcher = oslo_service.ServiceLauncher(CONF, restart_method="mutate")
for binary, topic in (("nova-conductor", conductor_rpcapi.RPC_TOPIC), ("nova-scheduler", scheduler_rpcapi.RPC_TOPIC)):
    launcher.launch_service(service.Service.create(binary=binary, host="controller", topic=topic))
computes = []
for host, driver in HOSTS.values():
    CONF.set_override("host", host)
    CONF.set_override("compute_driver", driver)
    compute = service.Service.create(binary="nova-compute", host=host, topic=compute_rpcapi.RPC_TOPIC)
    computes.append(compute)
    launcher.launch_service(compute)
mapped = 0
while mapped < len(HOSTS):
    eventlet.sleep(0.1)
    mapped += len(host_mapping.discover_hosts(admin))
aggregates = compute_api.AggregateAPI()
for zone, (host, _) in HOSTS.items():
    aggregate = aggregates.create_aggregate(admin, zone, zone)
    aggregates.add_host_to_aggregate(admin, aggregate.id, host)
for name, (vcpus, memory_mb, root_gb) in FLAVOURS.items():
    flavour = objects.Flavor(admin, flavorid=f"id-{name}", name=name, vcpus=vcpus, memory_mb=memory_mb, root_gb=root_gb)
    flavour.ephemeral_gb = flavour.swap = 0
    flavour.rxtx_factor, flavour.is_public, flavour.disabled = 1.0, True, False
    flavour.create()
for api in CONF.enabled_apis:
    launcher.launch_service(service.WSGIService(api, use_ssl=False))


def guest(environ, start):
    """POST /off/SERVER: what a hypervisor tells Nova when a guest switches itself off. POST /lost/SERVER: it is not told."""
    _, how, server = environ["PATH_INFO"].split("/")
    for compute in computes:
        driver = compute.manager.driver
        if server in driver.instances:
            driver.instances[server].state = power_state.SHUTDOWN
            if how == "off":
                driver.emit_event(virt_event.LifecycleEvent(server, virt_event.EVENT_LIFECYCLE_STOPPED))
            start("204 No Content", [])
            return [b""]
    start("404 Not Found", [])
    return [b""]


eventlet.spawn(eventlet.wsgi.server, eventlet.listen(("127.0.0.1", 8700)), guest, None, log_output=False)
launcher.wait()
