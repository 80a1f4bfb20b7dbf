/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the page convenient: copy buttons, tables to sort and filter, and all processes. Texts only
 * become text nodes and attributes, never markup. */
"use strict";
(() => {
	const ROW = 30, WINDOW = 200, PRINTED = 500, SVG = "http://www.w3.org/2000/svg";
	const status = document.getElementById("status");
	const grouped = new Intl.NumberFormat("en-US");

	function element(name, attributes, ...children) {
		const made = document.createElement(name);

		for (const [key, value] of Object.entries(attributes))
			made.setAttribute(key, value);
		made.append(...children);
		return made;
	}

	/* Copy buttons */

	/* For browsers that keep the clipboard from files. */
	function copyBySelection(text) {
		const area = element("textarea", { class: "unseen" });

		area.value = text;
		document.body.append(area);
		area.select();
		const copied = document.execCommand("copy");
		area.remove();
		if (!copied)
			throw new Error("not copied");
	}

	async function copy(button) {
		const text = button.dataset.copy, label = button.firstChild;

		try {
			try {
				await navigator.clipboard.writeText(text);
			} catch {
				copyBySelection(text);
				button.focus();
			}
			button.dataset.done = "";
			label.data = "Copied";
			status.textContent = "Copied: " + text;
		} catch {
			status.textContent = "The browser did not allow copying";
		}
		setTimeout(() => {
			delete button.dataset.done;
			label.data = "Copy";
		}, 2000);
	}

	for (const button of document.querySelectorAll(".copy")) {
		button.hidden = false;
		button.addEventListener("click", () => copy(button));
	}

	/* Sorting: a button in each header, of which one says how the table is sorted */

	function addSorting(table, sort) {
		const headers = [...table.tHead.querySelectorAll("th[data-sort]")];

		for (const header of headers) {
			const button = element("button", { type: "button" }, ...header.childNodes);

			header.append(button);
			button.addEventListener("click", () => {
				const now = header.getAttribute("aria-sort");
				const first = header.classList.contains("n") ? "descending" : "ascending";
				const other = first === "descending" ? "ascending" : "descending";
				const order = now === first ? other : first;

				for (const one of headers)
					one.removeAttribute("aria-sort");
				header.setAttribute("aria-sort", order);
				sort(header, order === "descending" ? -1 : 1);
				status.textContent = "Sorted by " + header.textContent + ", " + order;
			});
		}
	}

	function compare(a, b) {
		return a < b ? -1 : a > b ? 1 : 0;
	}

	function sortRows(header, sign) {
		const body = header.closest("table").tBodies[0], at = header.cellIndex;
		const isNumber = header.dataset.sort === "number";
		const key = row => isNumber ? Number(row.cells[at].dataset.v) : row.cells[at].dataset.v;
		const rows = [...body.rows].map(row => [key(row), row]);

		rows.sort((a, b) => sign * compare(a[0], b[0]));
		body.append(...rows.map(pair => pair[1]));
	}

	for (const table of document.querySelectorAll("table.sortable"))
		addSorting(table, sortRows);

	/* Filters */

	function addFilter(id, show) {
		const input = document.querySelector(`[data-filter="${id}"]`);
		const select = document.querySelector(`[data-show="${id}"]`);
		const output = document.querySelector(`[data-count="${id}"]`);
		const update = () => {
			const [shown, all] = show(input.value.trim().toLowerCase(), select.value);

			output.textContent = shown === all ? grouped.format(all)
				: grouped.format(shown) + " of " + grouped.format(all);
		};

		input.closest(".tools").hidden = false;
		input.addEventListener("input", update);
		select.addEventListener("change", update);
		update();
	}

	const calls = document.getElementById("calls-table");

	if (calls)
		addFilter("calls-table", (text, kind) => {
			const rows = [...calls.tBodies[0].rows];
			let shown = 0;

			for (const row of rows) {
				row.hidden = !row.textContent.toLowerCase().includes(text) ||
					(kind !== "" && row.dataset[kind] === "0");
				shown += !row.hidden;
			}
			return [shown, rows.length];
		});

	/* Processes: only rows in sight are in the document, however many there are */

	const data = document.getElementById("processes-data");

	if (!data)
		return;
	const table = document.getElementById("processes-table"), body = table.tBodies[0];
	const scroller = table.closest(".scroll"), whole = Number(data.dataset.whole) || 1;
	const processes = data.content.textContent.trim().split("\n").map((line, tree) => {
		const [depth, pid, start, stop, calls, denied, end, marks, command] = line.split("\t");

		return { tree, depth: +depth, pid: +pid, start: +start, stop: +stop, time: stop - start,
			calls: +calls, denied: +denied, end, marks, command };
	});
	let order = processes, isTree = true, isPrinted = false;
	let sorting = { key: "tree", sign: 1 };
	let chosen = { text: "", kind: "" };

	function share(ns) {
		return (100 * Math.min(Math.max(ns, 0) / whole, 1)).toFixed(2) + "%";
	}

	function rectangle(name, x, width, y, height) {
		const made = document.createElementNS(SVG, "rect");

		for (const [key, value] of Object.entries({ class: name, x, width, y, height }))
			made.setAttribute(key, value);
		return made;
	}

	/* As density_of() in the program: ten times as many calls for each. */
	function density(process) {
		const perSecond = process.calls / (Math.max(process.time, 1) / 1e9);

		return "c" + (perSecond < 100 ? 1 : perSecond < 1000 ? 2 : perSecond < 10000 ? 3 : 4);
	}

	function chart(process) {
		const svg = document.createElementNS(SVG, "svg");

		svg.setAttribute("width", "100%");
		svg.setAttribute("height", "14");
		svg.setAttribute("aria-hidden", "true");
		svg.append(rectangle(density(process), share(process.start), share(process.time), 2, 10));
		if (process.marks)
			for (const at of process.marks.split(","))
				svg.append(rectangle("mark", share(at), 3, 0, 14));
		return svg;
	}

	function seconds(ns) {
		return (ns / 1e9).toFixed(3) + " s";
	}

	/* Without the directory of the program, which the title has. */
	function brief(command) {
		return command.replace(/^\S*\/(?=[^\s/])/, "");
	}

	function makeRow(process, index) {
		const depth = isTree ? Math.min(process.depth, 16) : 0;

		return element("tr", { "aria-rowindex": index + 2 },
			element("th", { scope: "row", class: "d" + depth, title: process.command.slice(0, 2000) },
				element("code", {}, brief(process.command))),
			element("td", { class: "chart" }, chart(process)),
			element("td", { class: "n" }, grouped.format(process.calls)),
			element("td", { class: process.marks ? "n some" : process.denied ? "n" : "n none" },
				grouped.format(process.denied)),
			element("td", { class: "n" }, seconds(process.start)),
			element("td", { class: "n" }, seconds(process.time)),
			element("td", { class: isFailed(process) ? "some-failed" : "" }, process.end),
			element("td", { class: "n" }, String(process.pid)));
	}

	function pad(rows) {
		const made = element("tr", { class: "pad", "aria-hidden": "true" },
			element("td", { colspan: 8 }));

		made.firstChild.style.height = rows * ROW + "px";
		return made;
	}

	function render() {
		const inSight = Math.ceil(scroller.clientHeight / ROW);
		let from = 0, to = order.length;

		if (isPrinted) {
			to = Math.min(to, PRINTED);
		} else if (to > WINDOW) {
			from = Math.max(0, Math.floor(scroller.scrollTop / ROW) - 20);
			to = Math.min(to, from + inSight + 40);
		}
		const rows = order.slice(from, to).map((process, i) => makeRow(process, from + i));

		if (!isPrinted && from)
			rows.unshift(pad(from));
		if (!isPrinted && to < order.length)
			rows.push(pad(order.length - to));
		body.replaceChildren(...rows);
		table.setAttribute("aria-rowcount", order.length + 1);
	}

	function isFailed(process) {
		return process.end !== "0" && process.end !== "?";
	}

	function choose() {
		const { text, kind } = chosen, { key, sign } = sorting;

		order = processes.filter(process =>
			(kind === "" || (kind === "denied" ? process.denied > 0 : isFailed(process))) &&
			(text === "" || process.command.toLowerCase().includes(text) ||
				String(process.pid) === text));
		isTree = key === "tree";
		if (!isTree || sign < 0)
			order.sort((a, b) => sign * compare(a[key], b[key]) || a.tree - b.tree);
		scroller.scrollTop = 0;
		render();
		return [order.length, processes.length];
	}

	function print(isNow) {
		isPrinted = isNow;
		render();
	}

	for (const note of document.querySelectorAll(".static"))
		note.remove();
	addSorting(table, (header, sign) => {
		sorting = { key: header.dataset.sort, sign };
		choose();
	});
	addFilter("processes-table", (text, kind) => {
		chosen = { text, kind };
		return choose();
	});
	scroller.addEventListener("scroll", () => requestAnimationFrame(render), { passive: true });
	addEventListener("resize", render);
	addEventListener("beforeprint", () => print(true));
	addEventListener("afterprint", () => print(false));
	matchMedia("print").addEventListener("change", event => print(event.matches));
})();
