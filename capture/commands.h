#ifndef VANTAGE_CAPTURE_COMMANDS_H
#define VANTAGE_CAPTURE_COMMANDS_H
/*
 * commands - vcap's commands; argv[0] is the command's name, the exit status is returned.
 */
int cmd_start(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_mark(int argc, char **argv);
int cmd_stop(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_join(int argc, char **argv);
int cmd_reject(int argc, char **argv);

#endif
