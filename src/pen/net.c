// SPDX-License-Identifier: GPL-2.0-or-later
/* The pen's own network: empty except for the loopback interface, which programs expect to be
 * up. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "pen/steps.h"

/* Should: set lo up. Must not: run in the host's network namespace. */
static int take_net_loopback(struct setup *setup, const struct step *step)
{
	auto_close int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo" };

	(void)setup;
	(void)step;
	if (fd < 0)
		return errno == EAFNOSUPPORT ? 0 : -errno; /* a kernel without IPv4 */
	request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

const struct step_kind net_step_loopback = { .run = take_net_loopback };
