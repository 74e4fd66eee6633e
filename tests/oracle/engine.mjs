// ODK's own form engine behind a pipe: one JSON command a line on stdin, one JSON answer a line on stdout.
//
//   {"now": "2026-11-24T19:42:00+07:00"}       stops the clock there
//   {"load": xml, "attachments": {name: text}, "properties": {"username": …, "phoneNumber": …}}
//   {"set": [path, turns, value]}              value as the submission writes it; "" clears
//   {"add": [path, turns]}                     one more turn of a repeat, inside the turns outside it
//   {"remove": [path, turns]}                  one turn of a repeat, the last number of turns
//   {"language": name}
//   {"submit": true}                           what happens just before sending: fills the `end` of the form
//
// Every answer is the form's state, or {"error": …} after which the process goes on.
// Turns are counted from 1, outermost first.

import { Console } from 'node:console';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { JSDOM } from 'jsdom';

// The engine is built for a browser's document. Node's own File, FormData and fetch stay.
const { window } = new JSDOM('');
for (const name of Object.getOwnPropertyNames(window)) {
	if (/^[A-Z]|^document$/.test(name) && !(name in globalThis)) globalThis[name] = window[name];
}
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = import.meta.dirname;
globalThis.console = new Console(process.stderr); // stdout carries answers only

const { createInstance } = await import('@getodk/xforms-engine');

let root = null;

const commands = {
	now(moment) {
		const instant = Date.parse(moment);
		if (Number.isNaN(instant)) throw new Error(`not a moment: ${moment}`);
		Date.now = () => instant; // also what the engine's Temporal asks
	},

	async load(xml, { attachments = {}, properties = {} }) {
		root = null;
		const fetchFormAttachment = async ({ href }) => {
			const name = decodeURIComponent(href.slice(href.lastIndexOf('/') + 1));
			return name in attachments ? new Response(attachments[name]) : new Response('', { status: 404 });
		};
		const instance = await createInstance(xml, {
			form: { fetchFormAttachment },
			instance: { preloadProperties: properties },
		});
		root = instance.root;
	},

	set([path, turns, value]) {
		const node = find(path, turns);
		switch (node.nodeType) {
			case 'select':
				return node.selectValues(words(value));
			case 'rank':
				return node.setValues(words(value));
			case 'trigger':
				return node.setValue(value === 'OK');
			case 'upload':
				return node.setValue(value === '' ? null : new File([value], value));
			case 'input':
			case 'range':
				return node.setValue(value);
			default:
				throw new Error(`nobody answers a ${node.nodeType}: ${path}`);
		}
	},

	add([path, turns]) {
		open(path, turns).addInstances();
	},

	remove([path, turns]) {
		find(path, turns); // the engine says nothing about a turn that is not there
		open(path, turns.slice(0, -1)).removeInstances(turns.at(-1) - 1);
	},

	language(name) {
		loaded().setLanguage({ language: name });
	},

	async submit() {
		await loaded().prepareInstancePayload();
	},
};

const words = (value) => value.split(' ').filter(Boolean);

// A reference reads /data/rep[2]/name; a repeat itself has none for its own turn: /data/rep.
const place = (node) => {
	const { reference } = node.currentState;
	return {
		path: reference.replaceAll(/\[\d+\]/g, ''),
		turns: Array.from(reference.matchAll(/\[(\d+)\]/g), ([, turn]) => Number(turn)),
	};
};

function* walk(node) {
	yield node;
	for (const child of node.currentState.children ?? []) yield* walk(child);
}

const loaded = () => {
	if (root === null) throw new Error('no form is loaded');
	return root;
};

const open = (path, turns) => {
	const node = find(path, turns);
	if (node.nodeType !== 'repeat-range:uncontrolled') throw new Error(`nobody adds to a ${node.nodeType}: ${path}`);
	return node;
};

const find = (path, turns) => {
	for (const node of walk(loaded())) {
		const at = place(node);
		if (at.path === path && at.turns.join() === turns.join()) return node;
	}
	throw new Error(`no such node: ${path} ${JSON.stringify(turns)}`);
};

const described = (node) => {
	const { relevant, required, readonly, label, valueOptions, instanceValue } = node.currentState;
	const { constraint, required: requirement, violation } = node.validationState;
	return {
		...place(node),
		kind: node.selectType ?? node.nodeType,
		type: node.valueType ?? '',
		relevant,
		required,
		readonly,
		value: instanceValue ?? '',
		constraint_ok: constraint?.valid ?? true,
		required_ok: requirement?.valid ?? true,
		message: violation?.message?.asString ?? '',
		choices: (valueOptions ?? []).map((option) => option.value),
		choice_labels: (valueOptions ?? []).map((option) => option.label.asString),
		label: label?.asString ?? '',
	};
};

const state = () => {
	if (root === null) return { nodes: [], submission: '', language: '', languages: [] };
	return {
		nodes: Array.from(walk(root), described),
		submission: root.instanceState.instanceXML,
		language: root.currentState.activeLanguage.language,
		languages: root.languages.map(({ language }) => language),
	};
};

// Solid, which recalculates for the engine, gives up so.
const WORDLESS = 'the calculations never settle';

// The engine wraps what went wrong in what it was doing.
const explained = (error) => {
	const causes = [];
	for (let cause = error; cause; cause = cause.cause) causes.push(cause.message || WORDLESS);
	return causes.join(': ');
};

const answer = async (line) => {
	try {
		const command = JSON.parse(line);
		const verb = Object.keys(commands).find((name) => name in command);
		if (verb === undefined) throw new Error(`unknown command: ${line}`);
		await commands[verb](command[verb], command);
		return state();
	} catch (error) {
		return { error: explained(error) };
	}
};

for await (const line of createInterface({ input: process.stdin })) {
	process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
