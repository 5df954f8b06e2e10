/* xml: what is read, and what is not */
#include "lib/xml.h"

#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

static struct sv_buf seen;

static int note(void *arg, const char *path, const char *text)
{
	(void)arg;
	return sv_buf_printf(&seen, "%s=%s;", path, text);
}

static int reads(const char *text)
{
	sv_buf_init(&seen, 1 << 16);
	return sv_xml_read(text, strlen(text), note, NULL);
}

static void gives(const char *text, const char *expected)
{
	int rc = reads(text);

	is(rc ? sv_why() : sv_buf_str(&seen), expected);
	sv_buf_release(&seen);
}

static void refused(const char *text)
{
	ok(reads(text) == EX_DATAERR);
	if (!strstr(sv_why(), "no XML that we read: "))
		printf("# %s: %s\n", text, sv_why());
	sv_buf_release(&seen);
}

static void good(void)
{
	gives("<a/>", "a=;");
	gives("\n \xef\xbb\xbf", "no XML that we read: text outside of the "
	                         "document");
	gives("\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<Error><Code>NoSuchKey</Code><Message>The &lt;key&gt; &#x43;"
	      "&#1078; \n &quot;a&amp;b&apos;</Message></Error>\n",
	      "Error/Code=NoSuchKey;Error/Message=The <key> C\xd0\xb6 \n "
	      "\"a&b';Error=;");
	gives("<a xmlns=\"http://x/?a&b\" b = '>' ><b>1</b > x <b  />y</a>",
	      "a/b=1;a/b=;a=x y;");
	gives("<a><!-- <b> -- -->1<!---->2</a><!-- end -->", "a=12;");
	gives("   \n<a>x</a>", "a=x;");
}

static void wrong(void)
{
	static const char *const documents[] = {
		"",
		"x",
		"<",
		"<a",
		"<a>",
		"<a></b>",
		"</a>",
		"<a></a></a>",
		"<a/><b/>",
		"<a/>x",
		"<a>&nbsp;</a>",
		"<a>&#0;</a>",
		"<a>&#xD800;</a>",
		"<a>&#99999999;</a>",
		"<a>&#;</a>",
		"<a>& b</a>",
		"<a b></a>",
		"<a b=c></a>",
		"<a b='c></a>",
		"<ab='c'></a>",
		"<a b='<'/>",
		"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
		"<a><![CDATA[x]]></a>",
		"<a>\xff</a>",
		"<a><!-- </a>",
		"<?xml <a/>",
		"<1/>",
		"<a><b><c><d><e><f><g><h><i/></h></g></f></e></d></c></b></a>",
	};

	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
		refused(documents[i]);
	ok(sv_xml_read("<a>\0</a>", 8, note, NULL) == EX_DATAERR);
	sv_buf_release(&seen);
}

static void much(void)
{
	struct sv_buf text = { .max = 1 << 20 };

	sv_buf_puts(&text, "<a>");
	for (int i = 0; i < SV_XML_TEXT; i++)
		sv_buf_putc(&text, 'x');
	sv_buf_puts(&text, "</a>");
	ok(!reads(sv_buf_str(&text)));
	sv_buf_release(&seen);
	sv_buf_cut(&text, text.len - 4);
	sv_buf_puts(&text, "&amp;</a>");
	refused(sv_buf_str(&text));
	sv_buf_cut(&text, 0);
	for (int i = 0; i < SV_XML_PATH; i++)
		sv_buf_puts(&text, i ? "x" : "<");
	sv_buf_puts(&text, "/>");
	refused(sv_buf_str(&text));
	sv_buf_release(&text);
}

static int stop(void *arg, const char *path, const char *text)
{
	(void)arg;
	(void)path;
	(void)text;
	return sv_fail(EX_NOINPUT, "enough");
}

static void escapes(void)
{
	char *text = sv_xml_escape("a<b>&\"c'");

	is(text, "a&lt;b&gt;&amp;&quot;c&apos;");
	free(text);
	ok(sv_xml_read("<a><b/></a>", 11, stop, NULL) == EX_NOINPUT);
}

int main(void)
{
	good();
	wrong();
	much();
	escapes();
	return tap_end();
}
