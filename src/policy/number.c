// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers as the language writes them: no sign, no blanks, nothing left over, no overflow. */
#include "policy/number.h"

#include <string.h>

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

bool parse_number(const char *text, uint64_t *ret_number)
{
	uint64_t number = 0;
	unsigned int base = 10;

	if (text[0] == '0' && text[1] == 'x')
		base = 16;
	else if (text[0] == '0' && text[1] == 'o')
		base = 8;
	else if (text[0] == '0' && text[1])
		return false; /* octal in C and decimal elsewhere: write 0o755 */
	if (base != 10)
		text += 2;
	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned int digit = (unsigned int)digit_value(*text);

		if (digit >= base || __builtin_mul_overflow(number, base, &number) ||
		    __builtin_add_overflow(number, digit, &number))
			return false;
	}
	*ret_number = number;
	return true;
}
