/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader of reports that were saved as JSON: the only one. */
#ifndef PINFOLD_REPORT_SAVED_READ_H
#define PINFOLD_REPORT_SAVED_READ_H

#include "base/diag.h"
#include "record/record_copy.h"
#include "report/saved_report.h"

/*
 * Reads the report PATH, a file or pipe. Returns 0 with *ret_saved, which is freed by
 * saved_report_finish() and whose report any writer takes, or -EINVAL with an error at its place in
 * DIAGS.
 */
int saved_report_read(const char *path, struct saved_report *ret_saved, struct diags *diags);

/*
 * Reads what merge and prune need of the report PATH; the string must outlive the copy. Returns 0
 * with *ret_copy, which is freed by record_copy_finish(), or -errno with an error in DIAGS
 * (-EINVAL: it is not a report; -ENODATA: its trace does not have the allowed calls).
 */
int saved_report_copy(const char *path, struct record_copy *ret_copy, struct diags *diags);

#endif
