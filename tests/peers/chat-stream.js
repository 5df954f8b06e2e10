// An answer, as chunks of a stream or whole, with the faults of one.
'use strict';
const { tokens } = require('./chat-request.js');

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// four characters a token; what looks like a word stays together
const split = (text) => text.match(/\s*[^\s]{1,6}|\s+$/gsu) || [];

function usageOf(answer, n) {
	const prompt = tokens(answer.asked);

	return { prompt_tokens: prompt, completion_tokens: n,
		total_tokens: prompt + n,
		prompt_tokens_details: { cached_tokens: prompt >> 1 } };
}

// The fragments of calls of tools: a list of lists, one for each call.
function fragments(answer, dialect, faults) {
	const index = faults.text('index');
	const ids = faults.text('id');

	return answer.tools.map((tool, i) => {
		const id = dialect.id();
		const number = index === 'zero' ? 0 : i;
		const at = (n) => (index === 'none' ? {} :
			{ index: index === 'wild' && n ? 7 + n : number });
		let args = tool.arguments;
		if (faults.has('truncated'))
			args = args.slice(0, args.length - 3);
		const parts = dialect.wholeCalls || faults.has('whole-calls') ?
			[args] : ['', ...args.match(/.{1,5}/gsu) || []];
		return parts.map((part, n) => ({ ...at(n),
			...(n === 0 || ids === 'repeat') && ids !== 'none' &&
				!(ids === 'late' && n === 0) && { id },
			...ids === 'late' && n === 1 && { id },
			...n > 0 && ids === 'empty' && { id: '' },
			...n === 0 && { type: 'function' },
			function: { ...(n === 0 || faults.has('named')) &&
				{ name: tool.name }, arguments: part } }));
	});
}

function calls(answer, dialect, faults) {
	const lists = fragments(answer, dialect, faults);

	if (!faults.has('interleave'))
		return lists.flat();
	const all = [];
	for (let n = 0; lists.some((list) => n < list.length); n++)
		for (const list of lists)
			if (n < list.length)
				all.push(list[n]);
	return all;
}

// the deltas, and what ends them
function deltas(answer, dialect, faults) {
	let say = answer.say;
	if (faults.has('length'))
		say = say.slice(0, say.length >> 1);
	if (faults.has('surrogate'))
		say = `${say.slice(0, 4)}\ud83d${say.slice(4)}\u0000`;
	const words = split(say).map((content) => ({ content }));
	const list = [];
	if (faults.has('refusal'))
		list.push(...split('Я не могу с этим помочь.').map((refusal) =>
			({ refusal, content: null })));
	else
		list.push(...words);
	if (faults.has('reasoning'))
		for (let i = list.length; i >= 0; i -= 2)
			list.splice(i, 0, { reasoning: 'Hmm. ' },
				{ reasoning_content: 'Так. ', content: null });
	list.push(...calls(answer, dialect, faults).map((call) =>
		({ tool_calls: [call] })));
	const reason = faults.has('length') || faults.has('truncated') ? 'length' :
		faults.has('filter') ? 'content_filter' :
			answer.tools.length ? 'tool_calls' : 'stop';
	return { list, reason };
}

function *chunks(answer, dialect, faults) {
	const base = { id: answer.id, object: 'chat.completion.chunk',
		created: Math.floor(Date.now() / 1000), model: answer.model,
		system_fingerprint: 'fp_test' };
	const usage = answer.asked.stream_options?.include_usage &&
		!faults.has('no-usage');
	const { list, reason } = deltas(answer, dialect, faults);
	const chunk = (delta, finish, n) => ({ ...base,
		choices: [{ index: 0, delta, logprobs: null,
			finish_reason: finish }],
		...usage && { usage: faults.has('usage-each') ?
			usageOf(answer, n) : null },
		obfuscation: 'xxxxxxxx'.slice(n % 8) });
	let n = 0;

	yield chunk({ role: 'assistant', content: dialect.firstContent === null ?
		null : '' }, null, 0);
	for (const [i, delta] of list.entries()) {
		const last = i + 1 === list.length && dialect.finishWithText &&
			!faults.has('no-finish');
		yield chunk(delta, last ? reason : null, ++n);
	}
	while (faults.has('endless'))
		yield chunk({ content: ' и ещё' }, null, ++n);
	if (!dialect.finishWithText && !faults.has('no-finish'))
		yield chunk({}, reason, n);
	if (usage)
		yield { ...base, choices: [], usage: usageOf(answer, n),
			...dialect.timings && { timings: { predicted_n: n,
				predicted_per_second: 60 } } };
}

const broken = { message: 'The server had an error while processing your ' +
	'request', type: 'server_error', param: null, code: null };

// what is put in the place of the chunks that follow the n-th; *ends
function inserted(faults, n) {
	if (faults.number('error', -1) === n)
		return [`data: ${JSON.stringify({ error: broken })}\n\n`, true];
	if (faults.number('bare', -1) === n)
		return ['{"error":"an error was encountered while running the ' +
			'model"}\n', true];
	if (faults.number('garbage', -1) === n)
		return ['data: {"choices":[{\n\n', true];
	return [null, false];
}

class Writer {
	constructor(response, faults) {
		this.response = response;
		this.faults = faults;
	}

	// until there is some, or nobody to write to
	room() {
		return new Promise((done) => {
			const either = () => {
				this.response.off('drain', either);
				this.response.off('close', either);
				done();
			};
			this.response.on('drain', either);
			this.response.on('close', either);
		});
	}

	async put(text) {
		const f = this.faults;
		if (!f.names.size) {
			if (!this.response.write(text) &&
			    !this.response.destroyed)
				await this.room();
			return;
		}
		if (f.has('spaceless'))
			text = text.replace(/^data: /gm, 'data:');
		if (f.has('comments'))
			text = `: keep-alive\n\n${text}`;
		if (f.has('crlf') || f.has('cr'))
			text = text.replace(/\n/g, f.has('cr') ? '\r' : '\r\n');
		const body = Buffer.from(text);
		const size = f.has('bytes') ? 1 : body.length;
		for (let at = 0; at < body.length; at += size) {
			if (this.response.destroyed)
				return;
			const room = this.response.write(
				body.subarray(at, at + size));
			if (!room)
				await this.room();
			else if (f.has('bytes'))
				await new Promise(setImmediate);
		}
	}
}

async function stream(response, answer, dialect, faults) {
	const writer = new Writer(response, faults);
	const begun = performance.now();
	let n = 0;

	if (faults.has('whole-json'))
		return response.end(JSON.stringify(whole(answer, dialect), null, 2));
	for (const chunk of chunks(answer, dialect, faults)) {
		const [text, ends] = inserted(faults, n);
		if (text)
			await writer.put(text);
		if (faults.number('stall', -1) === n)
			return undefined;
		if (faults.number('cut', -1) === n) {
			await sleep(50); /* a reset overtakes what was sent */
			return response.socket?.resetAndDestroy();
		}
		if (ends || faults.number('eof', -1) === n)
			return response.end();
		if (response.destroyed)
			return undefined;
		if (answer.speed && n) /* by the clock: a late one is made up for */
			await sleep(begun + n * 1000 / answer.speed -
				performance.now());
		/* jsonl is not sse: half a pair stays half a pair */
		await writer.put(`data: ${JSON.stringify(chunk)}\n\n`);
		n++;
		if (n % 64 === 0)
			await new Promise(setImmediate);
	}
	if (!faults.has('no-done'))
		await writer.put('data: [DONE]\n\n');
	return faults.has('open') ? undefined : response.end();
}

function whole(answer, dialect) {
	const n = split(answer.say).length;

	return { id: answer.id, object: 'chat.completion',
		created: Math.floor(Date.now() / 1000), model: answer.model,
		choices: [{ index: 0, message: { role: 'assistant',
			content: answer.say || null, refusal: null,
			...answer.tools.length && { tool_calls: answer.tools.map(
				(tool) => ({ id: dialect.id(), type: 'function',
					function: tool })) } }, logprobs: null,
		finish_reason: answer.tools.length ? 'tool_calls' : 'stop' }],
		usage: usageOf(answer, n) };
}

module.exports = { stream, whole };
