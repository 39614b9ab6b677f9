# A machine that forgets: this one's programs, an /etc and a /var without Salt and agents, and a systemd of its own. Everything that is
# written lies in memory. Runs as root, in namespaces of its own (mount, pid, uts, ipc, cgroup).
#
# $1: an empty folder. $2: the checkout. $3: Node. Then the agents' programs.
set -eu
folder=$1 checkout=$2 node=$3
shift 3

mount --make-rprivate /
mount -t tmpfs -o size=2g tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" overlay "$folder/root"
cd "$folder/root"

# Nothing of this machine's own settings.
for name in salt saltflat fluent-bit vector; do
  rm -rf "etc/$name" "var/lib/$name" "var/log/$name" "var/cache/$name" "usr/lib/$name" "opt/$name"
done
rm -rf srv/salt srv/pillar etc/init.d etc/rc?.d etc/systemd/system usr/lib/systemd/system/*.wants
# Nor its users of them. These are copies from the beginning: this machine's files may change in the meantime.
for name in passwd group shadow gshadow subuid subgid; do
  [ ! -e "etc/$name" ] || sed -i -E '/^(salt|saltflat|fluent-bit|vector):/d' "etc/$name"
done
mkdir -p etc/systemd/system etc/init.d var/log/salt srv/salt srv/pillar

mount -t proc proc proc
mount --rbind /sys sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/shm dev/mqueue dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  mknod -m 666 "dev/${device%%:*}" c "$(echo "$device" | cut -d: -f2)" "${device##*:}"
done
touch dev/console # what systemd says

# systemd wants its own tree of control groups, in whichever version there is.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 sys/fs/cgroup
else
  mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
  mkdir sys/fs/cgroup/unified sys/fs/cgroup/systemd
  mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
  mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
fi

# Where the units' ProtectHome and PrivateTmp let them see it.
mkdir -p opt/saltflat opt/node
mount --bind "$checkout" opt/saltflat
cp "$node" opt/node/node
printf '#!/bin/sh\nexec /opt/node/node /opt/saltflat/build/host/cli.js "$@"\n' > usr/bin/saltflat
chmod 0755 usr/bin/saltflat

# As the agents' packages install them.
for program; do
  name=$(basename "$program")
  mkdir -p "opt/$name/bin"
  cp "$program" "opt/$name/bin/$name"
  cat > "usr/lib/systemd/system/$name.service" <<UNIT
[Unit]
Description=$name
[Service]
Type=simple
ExecStart=/opt/$name/bin/$name
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
done

# What is written from here on lies in /run/written.
mkdir run/written run/old
mount --bind "$folder/upper" run/written
pivot_root . run/old
umount -l run/old
exec env -i container=saltflat PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --log-target=console --show-status=0 --unit=multi-user.target
