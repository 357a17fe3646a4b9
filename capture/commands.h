#ifndef VANTAGE_CAPTURE_COMMANDS_H
#define VANTAGE_CAPTURE_COMMANDS_H
/*
 * commands - vcap's commands; argv[0] is the command's name, the exit status is returned.
 */
int cmd_import(int argc, char **argv);

#endif
