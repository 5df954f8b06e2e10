/*
 * The XML that storage services answer with, and no more of it: elements,
 * attributes that are passed over, text, the five entities and characters by
 * number. What else XML may have (a document type, CDATA, entities of one's
 * own) is refused, and so is what is not well-formed.
 */
#ifndef SV_XML_H
#define SV_XML_H

#include <stddef.h>

enum {
	SV_XML_DEPTH = 8,   /* elements within each other */
	SV_XML_PATH = 256,  /* bytes of "a/b/c", its NUL included */
	SV_XML_TEXT = 8192, /* bytes of an element's own text */
};

/*
 * Reads a document. At the end of each element end() is told its path from the
 * root on ("Error/Code") and its own text, without the blanks around it; both
 * are lent. 0, what end() returned, or EX_DATAERR with a sentence.
 */
int sv_xml_read(const char *data, size_t len,
                int (*end)(void *arg, const char *path, const char *text),
                void *arg);

/* text as it may stand between tags, yours to free() */
char *sv_xml_escape(const char *text);

#endif
