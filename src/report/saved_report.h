/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report that was saved as JSON, as the report that it was. */
#ifndef PINFOLD_REPORT_SAVED_REPORT_H
#define PINFOLD_REPORT_SAVED_REPORT_H

#include "report/baseline.h"
#include "report/judged.h"
#include "report/policy_facts.h"
#include "report/report.h"

/* A report with all that it points to; it must not be moved. */
struct saved_report {
	struct report report;
	struct record record;
	struct enforced enforced;
	struct resources resources;
	struct guard_changes guarded;
	struct network_use network;
	struct saved_facts facts;
	struct judged judged;
	struct baseline baseline;
	struct {
		char **v;
		size_t n, cap;
	} command;
	struct place limit;
	struct arena arena; /* owns the texts that nothing else owns */
	bool is_complete;   /* as the report says */
};

/* Frees what SAVED points to, and leaves it empty. */
void saved_report_finish(struct saved_report *saved);

#endif
