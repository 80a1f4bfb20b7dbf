// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The statement for the pen about devices, and what a device that a policy exposes can be used for.
 * Judged by its name alone: the host is not consulted, and the policy may be meant for another
 * machine. That the node's mode must also let the command's user in does not count here: modes are
 * up to the host, and change.
 *
 * /dev/fuse, /dev/kvm and /dev/net/tun are notes: many systems let everybody open them, and what
 * they do stays in the pen; but each exposes a large part of the kernel.
 */
#include <fnmatch.h>

#include "policy/print.h"
#include "policy/setting.h"

enum { CHECK_MACHINE, CHECK_DEVICE };

// clang-format off
static const struct lint_check checks[] = {
	[CHECK_MACHINE] = { "machine-device", SEVERITY_WARNING,
		"whoever can open it controls the machine", "leave it out" },
	[CHECK_DEVICE] = { "device", SEVERITY_NOTE,
		"it exposes a driver in the kernel, and no rule restricts which commands it takes",
		"a rule for ioctl with the commands that are needed" },
};

static const char disk[] = "all files on it can be read and, bypassing the file system, written, whatever their modes";
static const char memory[] = "the machine's memory and registers can be read and written";
static const char screen[] = "the host's screen and keyboard can be read, and the console switched";
static const char typing[] = "the command can read what is typed on the host, or type there";
static const char dma[] = "hardware can be made to read and write the machine's memory";
static const char bus[] = "whatever is plugged in can be driven, including keyboards, disks and security keys";
static const char firmware[] = "firmware and other chips of the machine can be written";

/* Shell patterns, each with everything below it; the first match is reported. */
static const struct {
	const char *pattern;
	unsigned int check;
	const char *reason;
} kinds[] = {
	{ "/dev/mem", CHECK_MACHINE, memory },
	{ "/dev/kmem", CHECK_MACHINE, memory },
	{ "/dev/port", CHECK_MACHINE, memory },
	{ "/dev/kcore", CHECK_MACHINE, memory },
	{ "/dev/core", CHECK_MACHINE, memory },
	{ "/dev/crash", CHECK_MACHINE, memory },
	{ "/dev/snapshot", CHECK_MACHINE, memory },
	{ "/dev/cpu", CHECK_MACHINE, memory },
	{ "/dev/nvram", CHECK_MACHINE, firmware },
	{ "/dev/mtd*", CHECK_MACHINE, firmware },
	{ "/dev/i2c-*", CHECK_MACHINE, firmware },
	{ "/dev/spidev*", CHECK_MACHINE, firmware },
	{ "/dev/gpiochip*", CHECK_MACHINE, firmware },
	{ "/dev/ipmi*", CHECK_MACHINE, firmware },
	{ "/dev/mei*", CHECK_MACHINE, firmware },
	{ "/dev/sd*", CHECK_MACHINE, disk },
	{ "/dev/hd*", CHECK_MACHINE, disk },
	{ "/dev/vd*", CHECK_MACHINE, disk },
	{ "/dev/xvd*", CHECK_MACHINE, disk },
	{ "/dev/nvme*", CHECK_MACHINE, disk },
	{ "/dev/ng[0-9]*", CHECK_MACHINE, disk },
	{ "/dev/mmcblk*", CHECK_MACHINE, disk },
	{ "/dev/pmem*", CHECK_MACHINE, disk },
	{ "/dev/dax*", CHECK_MACHINE, memory },
	{ "/dev/dm-*", CHECK_MACHINE, disk },
	{ "/dev/mapper", CHECK_MACHINE, disk },
	{ "/dev/disk", CHECK_MACHINE, disk },
	{ "/dev/block", CHECK_MACHINE, disk },
	{ "/dev/root", CHECK_MACHINE, disk },
	{ "/dev/md*", CHECK_MACHINE, disk },
	{ "/dev/bcache*", CHECK_MACHINE, disk },
	{ "/dev/drbd*", CHECK_MACHINE, disk },
	{ "/dev/rbd*", CHECK_MACHINE, disk },
	{ "/dev/nbd*", CHECK_MACHINE, disk },
	{ "/dev/loop*", CHECK_MACHINE, disk },
	{ "/dev/zram*", CHECK_MACHINE, "what was swapped out can be read and written" },
	{ "/dev/zfs", CHECK_MACHINE, disk },
	{ "/dev/zd*", CHECK_MACHINE, disk },
	{ "/dev/zvol", CHECK_MACHINE, disk },
	{ "/dev/btrfs-control", CHECK_MACHINE, disk },
	{ "/dev/raw", CHECK_MACHINE, disk },
	{ "/dev/sg[0-9]*", CHECK_MACHINE, disk },
	{ "/dev/bsg", CHECK_MACHINE, disk },
	{ "/dev/vfio", CHECK_MACHINE, dma },
	{ "/dev/iommu", CHECK_MACHINE, dma },
	{ "/dev/uio*", CHECK_MACHINE, dma },
	{ "/dev/fw[0-9]*", CHECK_MACHINE, dma },
	{ "/dev/bus", CHECK_MACHINE, bus },
	{ "/dev/usb*", CHECK_MACHINE, bus },
	{ "/dev/hidraw*", CHECK_MACHINE, bus },
	{ "/dev/uinput", CHECK_MACHINE, typing },
	{ "/dev/uhid", CHECK_MACHINE, typing },
	{ "/dev/vhci", CHECK_MACHINE, typing },
	{ "/dev/input", CHECK_MACHINE, typing },
	{ "/dev/tty", CHECK_DEVICE, "it is in every pen" },
	{ "/dev/ttyUSB*", CHECK_DEVICE, "what is connected to the serial line can be driven" },
	{ "/dev/ttyACM*", CHECK_DEVICE, "what is connected to the serial line can be driven" },
	{ "/dev/tty*", CHECK_MACHINE, screen },
	{ "/dev/vcs*", CHECK_MACHINE, screen },
	{ "/dev/console", CHECK_MACHINE, screen },
	{ "/dev/fb[0-9]*", CHECK_MACHINE, screen },
	{ "/dev/kmsg", CHECK_MACHINE, "the kernel's log, with addresses and names of the host, can be read and written" },
	{ "/dev/watchdog*", CHECK_MACHINE, "it can restart the machine" },
	{ "/dev/tpm*", CHECK_MACHINE, "the machine's keys can be used" },
	{ "/dev/userfaultfd", CHECK_MACHINE, "the kernel can be paused in the middle of its work, which exploits rely on" },
	{ "/dev/cuse", CHECK_MACHINE, "devices can be created on the host" },
	{ "/dev/autofs", CHECK_MACHINE, "mounts on the host can be stalled and forged" },
	{ "/dev/vsock", CHECK_MACHINE, "the machine's hypervisor and its other guests can be reached" },
	{ "/dev/vhost-*", CHECK_MACHINE, "the host's networks and guests can be reached, bypassing the pen's own network" },
	{ "/dev/rfkill", CHECK_MACHINE, "the machine's radios can be switched on and off" },
	{ "/dev/dri", CHECK_DEVICE, "the graphics card can be driven: whoever owns it can draw on the screen, and bugs there expose others' memory" },
	{ "/dev/snd", CHECK_DEVICE, "the microphone can be listened to" },
	{ "/dev/video*", CHECK_DEVICE, "the camera can be watched" },
	{ "/dev/media*", CHECK_DEVICE, "the camera can be watched" },
	{ "/dev/kvm", CHECK_DEVICE, "virtual machines can be run, with a large part of the kernel that no rule for calls restricts" },
	{ "/dev/fuse", CHECK_DEVICE, "with capability sys_admin, the command can mount file systems of its own in the pen" },
	{ "/dev/net/tun", CHECK_DEVICE, "with capability net_admin, interfaces can be created: in the pen's own network, or with net host in the host's" },
};
// clang-format on

static void take_device(struct words *words)
{
	struct device_setting device = { .place = words->verb->place };

	device.is_optional = words_accept(words, "try");
	if (words->at->kind == TOKEN_END) {
		words_error(words, "expected the device node");
		return;
	}
	device.path = words_path(words, true);
	if (!device.path)
		return;
	if (words->at[1].kind != TOKEN_END) {
		words->at++;
		words_error(words, "one device on each line, which has the same path in the pen");
		return;
	}
	*words_append(words, devices) = device;
}

SETTING_AT_EACH(device_at, devices)

static void print_device(const struct settings *settings, size_t i, struct strbuf *buf)
{
	strbuf_puts(buf, settings->devices.v[i].is_optional ? " try" : "");
	word_print(settings->devices.v[i].path, buf);
}

static void lint_device(const struct settings *settings, size_t i, struct exposures *list)
{
	const struct device_setting *device = &settings->devices.v[i];
	const struct lint_check *check = &checks[CHECK_DEVICE];
	const char *reason = NULL;

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (fnmatch(kinds[k].pattern, device->path, FNM_LEADING_DIR) != 0)
			continue;
		check = &checks[kinds[k].check];
		reason = kinds[k].reason;
		break;
	}
	exposure_add(list, check, reason, "device %s", device->path);
}

static const struct setting_row rows[] = {
	{
		.verb = "device",
		.least = 1,
		.most = 2,
		.usage = "device [try] PATH",
		.part = SETTING_FILES,
		.options = { { "device", 0, "PATH",
			       "a device node, or those in a directory, that can be opened",
			       NULL } },
		.take = take_device,
		.at = device_at,
		.print = print_device,
		.compare = change_is_wider,
		.lint = lint_device,
		SETTING_CHECKS(checks),
	},
};

SETTING_TABLE(setting_table_device, rows);
