// SPDX-License-Identifier: GPL-2.0-or-later
// run.js MODULES DIRECTORY: uses the pages run.html and hostile.html of DIRECTORY in headless Chromium
// as people do, and prints "ok NAME" or "not ok NAME: why" for each thing tried. Nothing bypasses the
// pages' Content-Security-Policy.
"use strict";
const fs = require("fs"), path = require("path");
const [modules, directory] = process.argv.slice(2);
const { chromium } = require(path.join(modules, "playwright-core"));
const axe = fs.readFileSync(path.join(modules, "axe-core", "axe.min.js"), "utf8");
const MANY = 50000;
const noise = [];
let browser;

function assert(isTrue, text) {
	if (!isTrue)
		throw new Error(text);
}

function same(got, expected, what) {
	const [a, b] = [got, expected].map(one => JSON.stringify(one));

	assert(a === b, `${what} is ${a}, not ${b}`);
}

// A page of FILE; what it says to the console, and what it asks the network for, is noise.
async function open(file, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
	const page = await context.newPage();

	page.on("console", message => noise.push(`${file}: ${message.text()}`));
	page.on("pageerror", error => noise.push(`${file}: ${error.message}`));
	page.on("dialog", dialog => noise.push(`${file}: dialog ${dialog.message()}`));
	page.on("request", request => {
		if (request.resourceType() !== "document")
			noise.push(`${file}: request of ${request.url()}`);
	});
	await page.goto("file://" + path.join(directory, file));
	return page;
}

function column(page, table, at) {
	return page.$$eval(`#${table} tbody tr:not(.pad):not([hidden])`,
		(rows, k) => rows.map(row => row.cells[k].textContent.trim()), at);
}

function numbers(texts) {
	return texts.map(text => Number(text.replace(/,/g, "")));
}

function isSorted(list, sign) {
	return list.every((one, i) => !i || sign * (list[i - 1] < one ? -1 : list[i - 1] > one) <= 0);
}

async function sortByClick() {
	const page = await open("run.html");
	const button = page.locator("#calls-table th button", { hasText: "Failed" });
	const header = page.locator("#calls-table th", { hasText: "Failed" });

	await button.click();
	same(await header.getAttribute("aria-sort"), "descending", "the order");
	const failed = numbers(await column(page, "calls-table", 3));
	assert(failed[0] > 0 && isSorted(failed, -1), "the rows are not in descending order");
	await button.click();
	same(await header.getAttribute("aria-sort"), "ascending", "the order");
	assert(isSorted(numbers(await column(page, "calls-table", 3)), 1), "the rows are not ascending");
	same(await page.locator("#calls-table th[aria-sort]").count(), 1, "the number of orders");
}

async function sortByKeyboard() {
	const page = await open("run.html");

	await page.locator("#calls-table th button", { hasText: "Call" }).focus();
	await page.keyboard.press("Enter");
	assert(isSorted(await column(page, "calls-table", 0), 1), "the rows are not sorted by name");
	same(await page.textContent("#status"), "Sorted by Call, ascending", "what is announced");
	await page.keyboard.press("Space");
	assert(isSorted(await column(page, "calls-table", 0), -1), "the rows are not sorted backwards");
}

async function filter() {
	const page = await open("run.html");
	const all = (await column(page, "calls-table", 0)).length;

	await page.locator('[data-filter="calls-table"]').focus();
	await page.keyboard.type("UNAME");
	same(await column(page, "calls-table", 0), ["uname"], "what is shown");
	same(await page.textContent('[data-count="calls-table"]'), `1 of ${all}`, "the count");
	await page.fill('[data-filter="calls-table"]', "");
	await page.selectOption('[data-show="calls-table"]', "denied");
	assert(numbers(await column(page, "calls-table", 4)).every(n => n > 0), "not only denied calls");
	await page.fill('[data-filter="processes-table"]', "no such process");
	same(await column(page, "processes-table", 0), [], "the processes");
}

async function copy() {
	const page = await open("run.html", { permissions: ["clipboard-read", "clipboard-write"] });
	const button = page.locator(".copy").first();
	const text = await button.getAttribute("data-copy");

	assert(text.startsWith("allow "), `the fix is ${text}`);
	await button.focus();
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => document.querySelector(".copy[data-done]"));
	same(await page.evaluate(() => navigator.clipboard.readText()), text, "what was copied");
	same(await page.textContent("#status"), "Copied: " + text, "what is announced");
}

async function print() {
	const page = await open("run.html");

	await page.emulateMedia({ media: "print" });
	assert(!await page.isVisible(".tools") && !await page.isVisible(".copy"), "controls are printed");
	assert(await page.isVisible(".finding") && await page.isVisible("#completeness"), "not everything is");
	same(await page.$eval(".processes", one => one.scrollHeight > one.clientHeight + 1), false,
		"whether processes are cut off");
	assert((await page.pdf()).length > 10000, "nothing is printed");
}

async function withoutScript() {
	const page = await open("run.html", { javaScriptEnabled: false });

	assert(await page.isVisible(".finding") && await page.isVisible("#calls-table tbody tr") &&
		await page.isVisible("#processes-table tbody tr"), "not everything is shown");
	assert(!await page.isVisible(".tools") && !await page.isVisible(".copy"), "dead controls are shown");
}

async function hostile() {
	const page = await open("hostile.html");
	const names = await column(page, "processes-table", 0);
	const text = await page.textContent("#findings") + names.join("\n");

	for (const part of ["</script><script>alert(1)</script>", '" onload=alert(1) x="', "{{script}}",
		"\\x1b[31m", "\\xe2\\x80\\xae", "\\xff\\xc0"])
		assert(text.includes(part), `${part} is not shown`);
	same(await page.locator("script").count(), 1, "the number of scripts");
	same(await page.locator("img, iframe, object, link, b b").count(), 0, "what was injected");
	assert(names.some(name => name.includes("0".repeat(9000))), "the long name is not there");
}

async function phone() {
	for (const file of ["run.html", "hostile.html"]) {
		const page = await open(file, { viewport: { width: 390, height: 844 } });
		const [all, seen] = await page.evaluate(() =>
			[document.documentElement.scrollWidth, document.documentElement.clientWidth]);
		assert(all <= seen, `${file} is ${all} pixels wide`);
	}
}

async function accessible() {
	for (const file of ["run.html", "hostile.html"])
		for (const colorScheme of ["light", "dark"])
			for (const width of [390, 1440]) {
				const page = await open(file, { colorScheme, viewport: { width, height: 900 } });

				await page.$$eval("details", all => all.forEach(one => { one.open = true; }));
				await page.evaluate(axe);
				const result = await page.evaluate(() => axe.run());
				same(result.violations.map(one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200)]), [],
					`what axe finds in ${file}, ${colorScheme}, ${width}`);
				await page.context().close();
			}
}

// The page of a run with MANY processes: that of a small one, with other data.
function writeMany() {
	const text = fs.readFileSync(path.join(directory, "run.html"), "utf8");
	const lines = [];

	for (let i = 0; i < MANY; i++)
		lines.push([i ? 1 + i % 3 : 0, i + 2, i * 1000, i * 1000 + 5000000, i % 977, i % 10 ? 0 : 1, i % 7 ? "0" : "1",
			i % 10 ? "" : i * 1000 + 10, `cc -c part${i}.c`].join("\t"));
	fs.writeFileSync(path.join(directory, "many.html"),
		text.replace(/(<template id="processes-data" data-whole=")\d+(">\n)[^]*?(<\/template>)/,
			(all, before, after, end) => `${before}${MANY * 1000}${after}${lines.join("\n")}\n${end}`));
}

async function many() {
	writeMany();
	const begin = Date.now();
	const page = await open("many.html");
	const opened = Date.now();
	const rows = () => page.locator("#processes-table tbody tr").count();

	same(await page.textContent('[data-count="processes-table"]'), "50,000", "the count");
	assert(await rows() < 200, "rows out of sight are in the document");
	await page.locator("#processes-table th button", { hasText: "Calls" }).click();
	same((await column(page, "processes-table", 2))[0], "976", "the most calls");
	await page.fill('[data-filter="processes-table"]', "part49999.c");
	same(await column(page, "processes-table", 0), ["cc -c part49999.c"], "what is shown");
	await page.fill('[data-filter="processes-table"]', "");
	await page.locator("#processes-table th button", { hasText: "Process" }).click();
	await page.locator(".processes").focus();
	await page.keyboard.press("End");
	await page.waitForFunction(() => document.querySelector("#processes-table tbody tr[aria-rowindex='50001']"));
	assert(await rows() < 200, "rows out of sight are in the document");
	console.log(`# ${MANY} processes: open in ${opened - begin} ms, then sorted, filtered and ` +
		`scrolled to the end in ${Date.now() - opened} ms`);
}

// The page of a true run of many processes, if there is one.
async function real() {
	if (!fs.existsSync(path.join(directory, "real.html")))
		return;
	const begin = Date.now();
	const page = await open("real.html");

	same(await page.textContent('[data-count="processes-table"]'), "50,001", "the count");
	await page.fill('[data-filter="processes-table"]', "children");
	const ms = Date.now() - begin;
	assert((await column(page, "processes-table", 0))[0].endsWith("children 50000"), "the command is not found");
	await page.fill('[data-filter="processes-table"]', "");
	await page.locator("#processes-table th button", { hasText: "Calls" }).click();
	assert(await page.locator("#processes-table tbody tr").count() < 200, "rows out of sight are in the document");
	console.log(`# a true run of 50,001 processes: open and filtered in ${ms} ms`);
	assert(ms <= 2000, `it takes ${ms} ms`);
}

async function quiet() {
	same(noise, [], "what the pages said, or asked for");
}

const tests = { sortByClick, sortByKeyboard, filter, copy, print, withoutScript, hostile, phone, accessible,
	many, real, quiet };

(async () => {
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM,
		// Chromium has no sandbox for root; it only reads pages that the test has made.
		args: process.getuid() === 0 ? ["--no-sandbox"] : [],
	});
	for (const [name, run] of Object.entries(tests)) {
		try {
			await run();
			console.log(`ok ${name}`);
		} catch (error) {
			console.log(`not ok ${name}: ${error.message.split("\n")[0]}`);
		}
	}
	await browser.close();
})();
