// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A container's runtime starts this, as root, once it has created the container's namespaces and
 * before the command's first call, and waits for it. The recording goes on in a process of its own;
 * this one returns once the tracer is attached. Annotations come from whoever starts the container:
 * they choose names in a directory of the administrator's, and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "cmd/hook_job.h"
#include "cmd/option_row.h"
#include "hook/hook_store.h"
#include "report/report.h"

#define DEFAULT_DIRECTORY "/var/lib/pinfold"

enum {
	STATE_MAX = 1 << 20,
	/* Less than the timeout in hooks.d, after which the container does not start. */
	ATTACH_MS = 20000,
	SAID_MAX = 1 << 14,
};

/* What one hook holds. */
struct hook {
	struct hook_request request;
	struct hook_store store;
	struct container container;
	char *paths[HOOK_OUTPUTS];
	int log;
	struct diags diags;
};

static void finish(struct hook *hook)
{
	for (size_t i = 0; i < HOOK_OUTPUTS; i++)
		free(hook->paths[i]);
	free(hook->container.cgroup);
	cleanup_close(&hook->log);
	hook_store_close(&hook->store);
	hook_request_finish(&hook->request);
	diags_finish(&hook->diags);
}

static int read_request(struct hook *hook)
{
	char *text = NULL;
	size_t len = 0;
	int err = fd_read_all(STDIN_FILENO, STATE_MAX, &text, &len);

	if (err)
		return diags_fail(&hook->diags, err, "cannot read standard input: %s",
				  strerror(-err));
	return hook_request_read(text, len, &hook->request, &hook->diags);
}

static int check_format(const char *path, struct diags *diags)
{
	if (report_format_of_file(path))
		return 0;
	diags_fail(diags, -EINVAL, "no report format for the extension of '%s'", path);
	choice_hint(&option_extensions, "", diags);
	return -EINVAL;
}

/* Returns -EINVAL if an annotation is wrong, or another -errno if the store is. */
static int find_paths(struct hook *hook)
{
	const struct hook_request *request = &hook->request;
	int err = 0;

	for (size_t i = 0; !err && i < HOOK_OUTPUTS; i++) {
		if (!request->names[i])
			continue;
		err = hook_store_find(&hook->store, hook_annotation((enum hook_output)i),
				      request->names[i], request->id, &hook->paths[i],
				      &hook->diags);
		if (!err && i == HOOK_REPORT)
			err = check_format(hook->paths[i], &hook->diags);
	}
	return err;
}

/* What the hook's parent is, as it calls itself; a profile that both can start is a little wider.
 */
static struct runtime guess_runtime(const struct options *options)
{
	struct runtime runtime = options->runtime;
	char name[32];
	ssize_t len;

	if (runtime.kinds)
		return runtime;
	len = proc_read(getppid(), "comm", name, sizeof(name));
	if (len > 0) {
		name[strcspn(name, "\n")] = '\0';
		runtime.kinds = runtime_find(name);
	}
	if (!runtime.kinds)
		runtime.kinds = runtime_find("runc") | runtime_find("crun");
	return runtime;
}

/* The recorder keeps nothing of the runtime's: it would wait for the end of its hook's output. */
static _Noreturn void record(const struct hook_job *job, int said)
{
	const int kept[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, job->ready, job->log };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(said, STDOUT_FILENO) < 0 ||
	    dup2(said, STDERR_FILENO) < 0 || chdir("/") || fd_keep_only(kept, ARRAY_SIZE(kept)))
		_exit(STATUS_FAILED);
	exit(hook_job_run(job));
}

/* Returns whether the recorder has attached its tracer: it ends without a word otherwise. */
static bool wait_for(pid_t recorder, int ready)
{
	struct pollfd polled = { .fd = ready, .events = POLLIN };
	char byte;

	while (poll(&polled, 1, ATTACH_MS) < 0 && errno == EINTR)
		continue;
	if (polled.revents & POLLIN && read(ready, &byte, 1) == 1)
		return true;
	kill(recorder, SIGKILL); /* also if it hangs; it has not been waited for */
	waitpid(recorder, NULL, 0);
	return false;
}

/* Repeats what the recorder said: it is of no use to the runtime if the container starts. */
static void repeat(int said, struct hook *hook)
{
	char text[SAID_MAX];
	ssize_t len = read(said, text, sizeof(text));

	if (len <= 0) {
		diags_fail(&hook->diags, -ECHILD, "the recorder ended, or did not attach in time");
		return;
	}
	(void)fd_write_all(STDERR_FILENO, text, (size_t)len);
	if (hook->log >= 0)
		(void)fd_write_all(hook->log, text, (size_t)len);
}

static int start(struct hook *hook, const struct options *options)
{
	int ready[2] = { -1, -1 }, said[2] = { -1, -1 };
	struct hook_job job = {
		.request = &hook->request,
		.container = &hook->container,
		.paths = (const char *const *)hook->paths,
		.runtime = guess_runtime(options),
		.log = hook->log,
	};
	bool is_attached = false;
	pid_t recorder = -1;

	if (!pipe2(ready, O_CLOEXEC) && !pipe2(said, O_CLOEXEC | O_NONBLOCK)) {
		job.ready = ready[1];
		recorder = fork();
	}
	if (recorder == 0)
		record(&job, said[1]);
	if (recorder < 0)
		diags_fail(&hook->diags, -errno, "cannot start the recorder: %s", strerror(errno));
	close(steal_fd(&ready[1]));
	close(steal_fd(&said[1]));
	if (recorder > 0)
		is_attached = wait_for(recorder, ready[0]);
	if (recorder > 0 && !is_attached)
		repeat(said[0], hook);
	cleanup_close(&ready[0]);
	cleanup_close(&said[0]);
	return is_attached ? 0 : -ECHILD;
}

/* Without a recording the container starts all the same, unless that is not what was requested. */
static int end_without(struct hook *hook)
{
	bool is_required = hook->request.is_required;

	diags_add(&hook->diags, is_required ? DIAG_ERROR : DIAG_WARNING, NULL,
		  is_required ? "the container does not start, because it is not recorded"
			      : "the container starts, but is not recorded");
	return is_required ? STATUS_FAILED : STATUS_OK;
}

static int run_hook(struct hook *hook, const struct options *options)
{
	const char *directory = options->directory ? options->directory : DEFAULT_DIRECTORY;
	int err = read_request(hook);

	if (err)
		return STATUS_USAGE;
	if (hook_request_is_empty(&hook->request))
		return STATUS_OK;
	if (hook_store_open(directory, &hook->store, &hook->diags))
		return end_without(hook);
	hook->log = hook_store_open_log(&hook->store);
	err = find_paths(hook);
	if (err == -EINVAL)
		return STATUS_USAGE;
	if (!err)
		err = container_find(hook->request.pid, &hook->container, &hook->diags);
	if (!err)
		err = start(hook, options);
	return err ? end_without(hook) : STATUS_OK;
}

static int run(const struct options *options)
{
	struct hook hook = { .store = HOOK_STORE_NONE, .log = -1 };
	int status;

	umask(S_IRWXG | S_IRWXO); /* a report has the command's arguments */
	status = run_hook(&hook, options);
	diags_print(&hook.diags, stderr);
	if (hook.request.id)
		hook_job_log(hook.log, hook.request.id, &hook.diags);
	finish(&hook);
	return status;
}

const struct command cmd_oci_hook = {
	.name = "oci-hook",
	.bit = COMMAND_OCI_HOOK,
	.about = "record a container, started by its runtime as a hook",
	.run = run,
	.examples = {
		"pinfold oci-hook <state.json",
		"pinfold oci-hook --directory /var/lib/pinfold <state.json",
		"pinfold oci-hook --runtime runc <state.json",
	},
};
