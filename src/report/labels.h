/* What a report calls things, in Russian and in English. */
#ifndef REPORT_LABELS_H
#define REPORT_LABELS_H

enum language { RU, EN, LANGUAGES };

enum label {
	L_NONE,
	L_CALLS_REPORT,
	L_DAILY_REPORT,
	L_FUNNEL_REPORT,
	L_LATENCY_REPORT,
	L_TRANSCRIPT_REPORT,
	L_DAYS,
	L_HOURS,
	L_OUTCOMES,
	L_STATES,
	L_PARTS,
	L_TIMELINE,
	L_SLOWEST,
	L_FAILOVERS,
	L_SPOKEN,
	L_SLOTS,
	L_TIME,
	L_CALL,
	L_DIRECTION,
	L_CALLER,
	L_CALLEE,
	L_SOURCE,
	L_DURATION,
	L_OUTCOME,
	L_HANDOFF,
	L_NAME,
	L_PHONE,
	L_TURNS,
	L_CONFIDENCE,
	L_END,
	L_ERRORS,
	L_DAY,
	L_CALLS,
	L_ANSWERED,
	L_QUALIFIED,
	L_CONVERSION,
	L_HANDOFFS,
	L_ABANDONED,
	L_MEAN_DURATION,
	L_NO_MATCH,
	L_P50,
	L_P95,
	L_P99,
	L_MAX,
	L_TURN_P50,
	L_TURN_P95,
	L_SHARE,
	L_HOUR,
	L_STATE,
	L_REACHED,
	L_LEFT,
	L_LEFT_SHARE,
	L_PART,
	L_TURN,
	L_TOTAL,
	L_ENDPOINT,
	L_ASR,
	L_DIALOG,
	L_LLM,
	L_TOOL,
	L_TTS,
	L_WIRE,
	L_OTHER,
	L_STAGE,
	L_FROM,
	L_TO,
	L_REASON,
	L_COUNT,
	L_LOST,
	L_LAST,
	L_WHO,
	L_TEXT,
	L_SLOT,
	L_VALUE,
	L_CONFIRMED,
	L_SCENARIO,
	L_RECORDING,
	L_BRIEF,
	L_NOTHING,
	L_SINCE,
	L_UNTIL,
	L_ALL_TIME,
	L_WHOLE,
	L_OFFSET,
	LABELS
};

/* the language of "ru" or "en" */
enum language language_of(const char *name);

const char *label(enum language language, enum label label);

/* A word of the events (hangup, in, customer) for a reader; itself when it is
 * none that we know, such as a scenario's own outcome. */
const char *label_word(enum language language, const char *word);

#endif
