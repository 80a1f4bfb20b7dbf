/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The templates of the HTML report; generated from src/report/html/ at build time. */
#ifndef PINFOLD_REPORT_HTML_FILES_H
#define PINFOLD_REPORT_HTML_FILES_H

/* Returns the text of the file NAME ("page.html"), or NULL. */
const char *html_file(const char *name);

/* Returns the name of file number I, or NULL past the last one. */
const char *html_file_name(unsigned int i);

#endif
