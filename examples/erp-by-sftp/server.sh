#!/bin/sh
# The ERP's SFTP server, played by OpenSSH on this machine for the user who starts it: keys of its own, files under
# server/. Ctrl-C ends it.
set -eu
cd "$(dirname "$0")"
sshd=$(command -v sshd || echo /usr/sbin/sshd)
if [ ! -x "$sshd" ]; then
  echo 'There is no sshd: install it (apt-get install openssh-server).' >&2
  exit 1
fi
here=$PWD/server
mkdir -p "$here/receipts" "$here/levels"
for key in host_key user_key; do
  [ -e "$here/$key" ] || ssh-keygen -q -t ed25519 -N '' -f "$here/$key"
done
cp "$here/user_key.pub" "$here/authorized_keys"
printf '[127.0.0.1]:%s %s\n' "${ERP_SFTP_PORT:-2222}" "$(cat "$here/host_key.pub")" > "$here/known_hosts"
cat > "$here/sshd_config" <<END
Port ${ERP_SFTP_PORT:-2222}
ListenAddress 127.0.0.1
HostKey $here/host_key
AuthorizedKeysFile $here/authorized_keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp -d $here
END
if [ "$(id -u)" = 0 ]; then mkdir -p /run/sshd; fi
exec "$sshd" -D -e -f "$here/sshd_config"
