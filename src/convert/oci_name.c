// SPDX-License-Identifier: GPL-2.0-or-later
/* From the table of libseccomp 2.6.1, which has the calls of Linux 7.1 for all its
 * architectures. */
#include "convert/oci_name.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/syscall.h"

static const char *const foreign[] = {
	"arm_fadvise64_64",
	"arm_sync_file_range",
	"atomic_barrier",
	"atomic_cmpxchg_32",
	"breakpoint",
	"cachectl",
	"cacheflush",
	"get_tls",
	"getpagesize",
	"multiplexer",
	"pciconfig_iobase",
	"pciconfig_read",
	"pciconfig_write",
	"riscv_flush_icache",
	"riscv_hwprobe",
	"rtas",
	"s390_guarded_storage",
	"s390_pci_mmio_read",
	"s390_pci_mmio_write",
	"s390_runtime_instr",
	"s390_sthyi",
	"set_tls",
	"spu_create",
	"spu_run",
	"subpage_prot",
	"swapcontext",
	"switch_endian",
	"sync_file_range2",
	"syscall",
	"sys_debug_setcontext",
	"sysmips",
	"timerfd",
	"usr26",
	"usr32",
};

static const char *const newer[] = { "listns", "rseq_slice_yield" };

static bool is_in(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

bool oci_name_is_foreign(const char *name)
{
	return is_in(foreign, ARRAY_SIZE(foreign), name);
}

bool oci_name_is_newer(const char *name)
{
	return !sys_call_exists(name) && is_in(newer, ARRAY_SIZE(newer), name);
}
