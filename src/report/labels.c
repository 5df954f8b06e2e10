/* labels: two languages, side by side */
#include "src/report/labels.h"

#include <stddef.h>
#include <string.h>

static const char *const labels[LABELS][LANGUAGES] = {
	[L_NONE] = { "", "" },
	[L_CALLS_REPORT] = { "Звонки", "Calls" },
	[L_DAILY_REPORT] = { "Звонки по дням", "Calls by day" },
	[L_FUNNEL_REPORT] = { "Воронка разговора", "Conversation funnel" },
	[L_LATENCY_REPORT] = { "Задержка ответа", "Answer latency" },
	[L_TRANSCRIPT_REPORT] = { "Расшифровка звонка", "Call transcript" },
	[L_DAYS] = { "По дням", "By day" },
	[L_HOURS] = { "По часам", "By hour" },
	[L_OUTCOMES] = { "Исходы", "Outcomes" },
	[L_STATES] = { "Шаги сценария", "Scenario steps" },
	[L_PARTS] = { "Из чего складывается ожидание",
	              "What the wait consists of" },
	[L_TIMELINE] = { "Задержка по часам", "Latency by hour" },
	[L_SLOWEST] = { "Самые медленные ответы", "Slowest answers" },
	[L_FAILOVERS] = { "Переключения движков", "Engine failovers" },
	[L_SPOKEN] = { "Разговор", "Conversation" },
	[L_SLOTS] = { "Что узнали", "What was learned" },
	[L_TIME] = { "Время", "Time" },
	[L_CALL] = { "Звонок", "Call" },
	[L_DIRECTION] = { "Направление", "Direction" },
	[L_CALLER] = { "Кто звонил", "Caller" },
	[L_CALLEE] = { "Куда", "Callee" },
	[L_SOURCE] = { "Источник", "Source" },
	[L_DURATION] = { "Длит.", "Length" },
	[L_OUTCOME] = { "Исход", "Outcome" },
	[L_HANDOFF] = { "Передан", "Handed to" },
	[L_NAME] = { "Имя", "Name" },
	[L_PHONE] = { "Телефон", "Phone" },
	[L_TURNS] = { "Реплик", "Turns" },
	[L_CONFIDENCE] = { "Уверенность", "Confidence" },
	[L_END] = { "Завершение", "End" },
	[L_ERRORS] = { "Ошибок", "Errors" },
	[L_DAY] = { "День", "Day" },
	[L_CALLS] = { "Звонков", "Calls" },
	[L_ANSWERED] = { "Состоялось", "Answered" },
	[L_QUALIFIED] = { "Лидов", "Leads" },
	[L_CONVERSION] = { "Конверсия", "Conversion" },
	[L_HANDOFFS] = { "Передано", "Handoffs" },
	[L_ABANDONED] = { "Брошено", "Abandoned" },
	[L_MEAN_DURATION] = { "Ср. длит.", "Avg length" },
	[L_NO_MATCH] = { "Не понято", "No match" },
	[L_P50] = { "p50, мс", "p50, ms" },
	[L_P95] = { "p95, мс", "p95, ms" },
	[L_P99] = { "p99, мс", "p99, ms" },
	[L_MAX] = { "макс., мс", "max, ms" },
	[L_TURN_P50] = { "Ответ p50, мс", "Answer p50, ms" },
	[L_TURN_P95] = { "Ответ p95, мс", "Answer p95, ms" },
	[L_SHARE] = { "Доля", "Share" },
	[L_HOUR] = { "Час", "Hour" },
	[L_STATE] = { "Шаг", "Step" },
	[L_REACHED] = { "Дошли", "Reached" },
	[L_LEFT] = { "Ушли", "Left" },
	[L_LEFT_SHARE] = { "Потери", "Drop-off" },
	[L_PART] = { "Этап", "Part" },
	[L_TURN] = { "Реплика", "Turn" },
	[L_TOTAL] = { "Всего, мс", "Total, ms" },
	[L_ENDPOINT] = { "конец фразы", "endpoint" },
	[L_ASR] = { "распознавание", "recognition" },
	[L_DIALOG] = { "диалог", "dialog" },
	[L_LLM] = { "модель", "model" },
	[L_TOOL] = { "инструменты", "tools" },
	[L_TTS] = { "синтез", "synthesis" },
	[L_WIRE] = { "линия", "line" },
	[L_BEHIND] = { "отставание", "behind" },
	[L_OTHER] = { "прочее", "other" },
	[L_STAGE] = { "Программа", "Stage" },
	[L_FROM] = { "С", "From" },
	[L_TO] = { "На", "To" },
	[L_REASON] = { "Причина", "Reason" },
	[L_COUNT] = { "Раз", "Times" },
	[L_LOST] = { "Потеряно, мс", "Lost, ms" },
	[L_LAST] = { "Последний раз", "Last" },
	[L_WHO] = { "Кто", "Who" },
	[L_TEXT] = { "Что сказано", "What was said" },
	[L_SLOT] = { "Поле", "Field" },
	[L_VALUE] = { "Значение", "Value" },
	[L_CONFIRMED] = { "Подтверждено", "Confirmed" },
	[L_SCENARIO] = { "Сценарий", "Scenario" },
	[L_RECORDING] = { "Запись", "Recording" },
	[L_BRIEF] = { "Для менеджера", "Brief" },
	[L_NOTHING] = { "За этот период ничего нет.",
	                "There is nothing in this period." },
	[L_SINCE] = { "с", "since" },
	[L_UNTIL] = { "по", "to" },
	[L_ALL_TIME] = { "всё время", "all time" },
	[L_WHOLE] = { "Итого", "Total" },
	[L_OFFSET] = { "Когда", "At" },
};

static const struct {
	const char *word, *in[LANGUAGES];
} words[] = {
	{ "in", { "входящий", "in" } },
	{ "out", { "исходящий", "out" } },
	{ "hangup", { "трубка положена", "hangup" } },
	{ "eof", { "конец записи", "end of file" } },
	{ "handoff", { "передан", "handoff" } },
	{ "stopped", { "остановлен", "stopped" } },
	{ "error", { "ошибка", "error" } },
	{ "open", { "не завершён", "open" } },
	{ "qualified", { "лид", "qualified" } },
	{ "refused", { "отказ", "refused" } },
	{ "abandoned", { "брошен", "abandoned" } },
	{ "callback", { "перезвонить", "callback" } },
	{ "no_input", { "молчание", "no input" } },
	{ "no_match", { "не поняли", "no match" } },
	{ "failed", { "сбой", "failed" } },
	{ "no_outcome", { "без исхода", "none" } },
	{ "customer", { "клиент", "customer" } },
	{ "agent", { "менеджер", "agent" } },
	{ "assistant", { "ассистент", "assistant" } },
	{ "interrupted", { "ассистент (перебит)", "assistant (interrupted)" } },
	{ "key", { "клавиша", "key" } },
	{ "tool", { "инструмент", "tool" } },
	{ "true", { "да", "yes" } },
	{ "false", { "нет", "no" } },
	{ "yes", { "да", "yes" } },
	{ "total", { "всего", "total" } },
	{ "endpoint", { "конец фразы", "endpoint" } },
	{ "asr", { "распознавание", "recognition" } },
	{ "dialog", { "диалог", "dialog" } },
	{ "llm", { "модель", "model" } },
	{ "tts", { "синтез", "synthesis" } },
	{ "wire", { "линия", "line" } },
	{ "behind", { "отставание", "behind" } },
	{ "other", { "прочее", "other" } },
};

enum language language_of(const char *name)
{
	return strcmp(name, "en") ? RU : EN;
}

const char *label(enum language language, enum label label)
{
	return labels[label][language];
}

const char *label_word(enum language language, const char *word)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!strcmp(words[i].word, word))
			return words[i].in[language];
	}
	return word;
}
