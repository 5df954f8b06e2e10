/*
 * sv.conf: KEY=value lines that supply what the environment lacks,
 * sv-config(5).
 */
#ifndef SV_CONFIG_H
#define SV_CONFIG_H

/* Reads SV_CONF, or else $XDG_CONFIG_HOME/sales-voice/sv.conf (~/.config),
 * or else /etc/sales-voice/sv.conf, and puts each variable that is not yet in
 * the environment there. A missing file is fine unless SV_CONF names it. 0,
 * EX_CONFIG (the sentence has file and line), EX_IOERR. */
int sv_config_load(void);

/* A further sv_config_load() first takes back what the one before has put
 * there. This makes the environment what it was before the last one. */
void sv_config_undo(void);

/* The line of sv.conf that supplied the variable's value, with *path lent; 0
 * when it came from the environment, or there is none. */
int sv_config_line(const char *name, const char **path);

#endif
