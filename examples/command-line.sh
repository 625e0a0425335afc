#!/bin/sh
# Mails every user of a list, one id a line. It stops when a person has to act.
#
# zitadel-resend must be on the PATH: npm install --global, or node_modules/.bin.
#
#   ZITADEL_URL=… ZITADEL_KEY_FILE=… sh command-line.sh < user-ids.txt
while read -r user; do
  zitadel-resend send "$user" --json </dev/null
  code=$?
  case $code in
    0) ;;                                            # sent
    1) echo "left out: $user" >&2 ;;                 # refused, for example: has a password
    5) echo "look into the mailbox: $user" >&2 ;;    # maybe sent: not repeated
    *) exit $code ;;                                 # usage, credentials, interrupted: stop
  esac
done
