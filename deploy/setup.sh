#!/bin/sh
# Sets up kcbot on a small Debian 12 server, upgrades it, or takes an upgrade back; docs/deploy.md says how.
set -eu
umask 022

APP=/opt/kcbot
STATE=/var/lib/kcbot
BACKUPS=/var/backups/kcbot
SETTINGS=/etc/kcbot/kcbot.env
PACKAGES="ca-certificates caddy curl git python3 python3-venv"
PARTS="CHANGELOG.md LICENSE README.md bot console content conversation db deploy docs handlers pyproject.toml requirements.lock"
KEPT_BACKUPS=3
SOURCE=$(cd "$(dirname "$0")/.." && pwd)

usage() {
    cat <<'WORDS'
Cách dùng, với quyền root:
  sh setup.sh TÊN-MIỀN          cài lần đầu, ví dụ: sh setup.sh bot.khuyencong.example.gov.vn
  sh setup.sh                   nâng cấp: chạy từ bộ mã mới; chạy lại trên cùng bộ mã thì không đổi gì
  sh setup.sh --rollback        trở lại bản trước lần nâng cấp gần nhất
  sh setup.sh --backup          chép cơ sở dữ liệu vào /var/backups/kcbot, không cần ngừng chương trình
  sh setup.sh --root THƯ-MỤC …  chỉ ghi các tệp vào THƯ-MỤC, và in ra lệnh nào sẽ chạy
WORDS
}

say() { printf '%s\n' "$*"; }

refuse() {
    printf 'Chưa làm được: %s\n' "$*" >&2
    exit 1
}

# Everything that changes the machine other than by writing files goes through here.
run() {
    if [ -n "$ROOT" ]; then say "  sẽ chạy: $*"; else "$@"; fi
}

# put FILE MODE: write standard input to a file unless it is the same already; WROTE says whether it was written.
put() {
    mkdir -p "$(dirname "$ROOT$1")"
    fresh=$(mktemp "$ROOT$1.XXXXXX")
    cat >"$fresh"
    chmod "$2" "$fresh"
    WROTE=
    if cmp -s "$fresh" "$ROOT$1"; then
        rm "$fresh"
    else
        mv "$fresh" "$ROOT$1"
        WROTE=yes
        say "  đã ghi $1"
    fi
}

# link NAME TARGET: point a link of $APP at a release, at one stroke.
link() {
    ln -s "$2" "$ROOT$APP/$1.new"
    mv -T "$ROOT$APP/$1.new" "$ROOT$APP/$1"
}

release_of() { readlink "$ROOT$APP/$1" || true; }

# The value of a setting, as the service reads it.
# shellcheck source=/dev/null
setting() { (. "$ROOT$SETTINGS" && eval "printf '%s' \"\${$1-}\""); }

# Run a command of a release as the service would: its user, its settings, its folder.
as_service() {
    if [ -n "$ROOT" ]; then
        say "  sẽ chạy: $*"
        return
    fi
    (
        set -a
        umask 077
        # shellcheck source=/dev/null
        . "$SETTINGS"
        HOME=$STATE
        cd "$STATE"
        exec runuser -u kcbot -- "$@"
    )
}

install_packages() {
    say "1. Các gói của Debian"
    missing=
    for package in $PACKAGES; do
        [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || missing="$missing $package"
    done
    if [ -n "$missing" ]; then
        run apt-get -qq update
        # shellcheck disable=SC2086
        run env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing
    fi
}

make_user() {
    say "2. Người dùng kcbot và các thư mục"
    if ! getent passwd kcbot >/dev/null; then
        run useradd --system --user-group --home-dir "$STATE" --no-create-home --shell /usr/sbin/nologin kcbot
    fi
    mkdir -p "$ROOT$APP/releases" "$ROOT$STATE" "$ROOT$BACKUPS" "$ROOT/etc/kcbot"
    chmod 0700 "$ROOT$STATE" "$ROOT$BACKUPS" "$ROOT/etc/kcbot"
    run chown kcbot:kcbot "$STATE"
}

# ask NAME QUESTION [secret]: take a setting from the environment, else ask at a terminal, else leave it out.
ask() {
    eval "value=\${$1-}"
    if [ -z "$value" ] && [ -t 0 ]; then
        printf '  %s (Enter để bỏ qua): ' "$2" >&2
        [ -z "${3-}" ] || stty -echo
        read -r value || true
        [ -z "${3-}" ] || { stty echo && say >&2; }
    fi
    case $value in *"'"*) refuse "$1 không được có dấu nháy đơn." ;; esac
    if [ -n "$value" ]; then say "$1='$value'"; else say "#$1=''"; fi
}

settings_file() {
    cat <<WORDS
# Cài đặt của kcbot; ý nghĩa từng dòng ở README.md, phần Settings. Chỉ root đọc được; setup.sh không ghi đè.
# Mỗi giá trị đặt trong dấu nháy đơn. Sửa xong thì chạy: systemctl restart kcbot
KCBOT_PUBLIC_URL='https://$HOST'
KCBOT_DATABASE_URL='sqlite+aiosqlite:///$STATE/kcbot.db'
KCBOT_DEMO_DATA='false'
WORDS
    ask KCBOT_ORGANISATION_NAME "Tên Trung tâm"
    ask KCBOT_ORGANISATION_HOTLINE "Số điện thoại để người dân gọi"
    ask KCBOT_ORGANISATION_ADDRESS "Địa chỉ Trung tâm"
    ask KCBOT_ORGANISATION_CHECK_PAGE "Trang .gov.vn nói rõ bot này là của Trung tâm"
    ask KCBOT_ZALO_BOT_TOKEN "Mã (token) của Zalo Bot" secret
    ask KCBOT_ZALO_OA_APP_ID "Mã ứng dụng gắn với Zalo OA"
    ask KCBOT_ZALO_OA_APP_SECRET "Khóa bí mật của ứng dụng đó" secret
    ask KCBOT_ZALO_OA_SECRET_KEY "OA Secret Key ở phần webhook" secret
    ask KCBOT_ZALO_OA_REFRESH_TOKEN "Refresh token đầu tiên của Zalo OA" secret
    ask KCBOT_TELEGRAM_TOKEN "Mã (token) của Telegram" secret
}

write_settings() {
    say "3. Cài đặt ở $SETTINGS"
    if [ ! -e "$ROOT$SETTINGS" ]; then
        [ -n "$HOST" ] || refuse "lần đầu cần tên miền: sh setup.sh bot.khuyencong.example.gov.vn"
        trap 'stty echo 2>/dev/null || true' EXIT
        answers=$(settings_file)
        trap - EXIT
        put "$SETTINGS" 0600 <<WORDS
$answers
WORDS
    fi
    address=$(setting KCBOT_PUBLIC_URL)
    case $address in https://?*) ;; *) refuse "KCBOT_PUBLIC_URL trong $SETTINGS phải bắt đầu bằng https://" ;; esac
    if [ -n "$HOST" ] && [ "$address" != "https://$HOST" ]; then
        refuse "$SETTINGS đang ghi $address. Muốn đổi tên miền thì sửa ở đó, rồi chạy lại: sh setup.sh"
    fi
}

# Copy the program to a release named after its contents, with a Python environment of its own.
install_release() {
    say "4. Chương trình ở $APP"
    archive=$(mktemp)
    trap 'rm -f "$archive"' EXIT
    # shellcheck disable=SC2086
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
        --exclude=__pycache__ --exclude=.env -C "$SOURCE" -cf "$archive" $PARTS
    release=$APP/releases/$(sha256sum "$archive" | cut -c 1-16)
    if [ ! -e "$ROOT$release/.ready" ]; then
        rm -rf "$ROOT$release"
        mkdir -p "$ROOT$release"
        tar -C "$ROOT$release" -xf "$archive"
        say "  cài thư viện vào $release, mất vài phút"
        run python3 -m venv "$release/.venv"
        run "$release/.venv/bin/pip" install -q --disable-pip-version-check --require-hashes -r "$release/requirements.lock"
        run "$release/.venv/bin/pip" install -q --disable-pip-version-check --no-deps --no-build-isolation -e "$release"
        run "$release/.venv/bin/python" -m compileall -q -x '/\.venv/' "$release"
        touch "$ROOT$release/.ready"
    fi
    rm "$archive"
    trap - EXIT
}

write_service() {
    say "5. Dịch vụ, lệnh kcbot và HTTPS"
    put /etc/systemd/system/kcbot.service 0644 <"$ROOT$release/deploy/kcbot.service"
    if [ -n "$WROTE" ]; then
        RESTART=yes
        run systemctl daemon-reload
    fi
    put /usr/local/bin/kcbot 0755 <<WORDS
#!/bin/sh
# Runs kcbot's commands as the service runs: with its user and its settings.
set -eu
umask 077
[ "\$(id -u)" = 0 ] || { echo "Cần quyền root: sudo kcbot …" >&2; exit 1; }
set -a
. $SETTINGS
HOME=$STATE
exec runuser -u kcbot -- $APP/current/.venv/bin/kcbot "\$@"
WORDS
    port=$(setting KCBOT_PORT)
    caddyfile=$(sed -e "s|BOT_ADDRESS|${address#https://}|" -e "s|BOT_PORT|${port:-8000}|" "$ROOT$release/deploy/Caddyfile")
    theirs=$ROOT/etc/caddy/Caddyfile
    if [ -e "$theirs" ] && ! grep -q "^# Made by kcbot" "$theirs"; then
        cp -p "$theirs" "$theirs.truoc-kcbot"
    fi
    mkdir -p "$ROOT/etc/caddy/sites"
    put /etc/caddy/Caddyfile 0644 <<WORDS
$caddyfile
WORDS
    CADDY=$WROTE
}

# Keep a copy of the database, which only root reads, and the newest few of them.
back_up() {
    [ -z "${KCBOT_BACKED_UP-}" ] || return 0
    from=$(release_of current)
    copy=kcbot-$(date +%Y%m%d-%H%M%S).db
    say "  sao lưu vào $BACKUPS/$copy"
    if [ -x "$from/.venv/bin/kcbot" ] && "$from/.venv/bin/kcbot" backup --help >/dev/null 2>&1; then
        as_service "$from/.venv/bin/kcbot" backup "$STATE/$copy"
    else
        as_service "$release/.venv/bin/python" "$release/deploy/database.py" backup "$STATE/$copy"
    fi
    run mv "$STATE/$copy" "$BACKUPS/$copy"
    run chown root:root "$BACKUPS/$copy"
    set -- "$ROOT$BACKUPS"/kcbot-*.db
    while [ $# -gt $KEPT_BACKUPS ]; do
        rm "$1"
        shift
    done
}

back_up_now() {
    release=$(release_of current)
    [ -n "$release" ] || refuse "chưa cài chương trình."
    back_up
}

# Let the new release take over; the old one is stopped while the database is copied and brought up to date.
switch_release() {
    before=$(release_of current)
    [ "$before" != "$release" ] || return 0
    if [ -n "$before" ]; then
        say "  nâng cấp từ $before"
        run systemctl stop kcbot
        back_up
        link previous "$before"
    fi
    link current "$release"
    RESTART=yes
    for old in "$ROOT$APP"/releases/*; do
        case ${old#"$ROOT"} in "$release" | "$before") ;; *) rm -rf "$old" ;; esac
    done
}

bring_up_to_date() {
    say "6. Cơ sở dữ liệu"
    switch_release
    as_service "$release/.venv/bin/kcbot" migrate ||
        refuse "không cập nhật được cơ sở dữ liệu. Vừa nâng cấp thì trở lại được: sh setup.sh --rollback"
    if [ -n "$ROOT" ] || [ -z "$(as_service "$release/.venv/bin/kcbot" staff list)" ]; then
        as_service "$release/.venv/bin/kcbot" staff add admin
    fi
}

start() {
    say "7. Khởi động"
    run systemctl enable -q kcbot caddy
    if [ -n "$RESTART" ]; then run systemctl restart kcbot; else run systemctl start kcbot; fi
    run caddy validate --config /etc/caddy/Caddyfile --adapter caddyfile 2>/dev/null ||
        refuse "Caddy không nhận /etc/caddy/Caddyfile; xem: caddy validate --config /etc/caddy/Caddyfile"
    if [ -n "$CADDY" ]; then run systemctl reload-or-restart caddy; else run systemctl start caddy; fi
    wait_until_ready
}

wait_until_ready() {
    [ -z "$ROOT" ] || return 0
    port=$(setting KCBOT_PORT)
    for _ in $(seq 60); do
        if curl -fsS -o /dev/null "http://127.0.0.1:${port:-8000}/readyz" 2>/dev/null; then return 0; fi
        sleep 1
    done
    refuse "kcbot chưa trả lời sau một phút; xem: journalctl -u kcbot -n 50. Vừa nâng cấp thì trở lại được: sh setup.sh --rollback"
}

what_next() {
    cat <<WORDS

Xong. kcbot chạy ở $address
  Người dân:  $address/chat
  Cán bộ:     $address/console (quên mật khẩu: kcbot staff reset TÊN)
Việc tiếp theo:
  - Trỏ tên miền ${address#https://} về máy này, mở cổng 80 và 443; Caddy tự lấy chứng thư HTTPS.
  - Sửa cài đặt, thêm mã Zalo, Telegram: $SETTINGS, rồi systemctl restart kcbot; hướng dẫn lấy mã: docs/zalo.md
  - Thêm tài khoản cán bộ: kcbot staff add TÊN
  - Xem nhật ký: journalctl -u kcbot
  - Nâng cấp: lấy bộ mã mới, chạy lại setup.sh; trở lại bản trước: sh $APP/current/deploy/setup.sh --rollback
WORDS
}

set_up() {
    install_packages
    make_user
    write_settings
    install_release
    write_service
    bring_up_to_date
    start
    what_next
}

# Go back to the release before; what people sent since then stays, but for what only the newer tables have a place for.
roll_back() {
    previous=$(release_of previous)
    [ -n "$previous" ] || refuse "không có bản trước để trở lại."
    release=$(release_of current)
    say "Trở lại $previous"
    run systemctl stop kcbot
    back_up
    revision=$(as_service "$previous/.venv/bin/python" "$previous/deploy/database.py" head)
    as_service "$release/.venv/bin/python" "$release/deploy/database.py" downgrade "$revision" ||
        refuse "không đưa được cơ sở dữ liệu về bản trước; dữ liệu đã chép ở $BACKUPS/$copy"
    release=$previous
    link current "$release"
    rm "$ROOT$APP/previous"
    address=$(setting KCBOT_PUBLIC_URL)
    write_service
    start
    say "Xong: đang chạy bản trước. Bản sao dữ liệu trước khi trở lại nằm ở $BACKUPS."
}

ROOT=
HOST=
TODO=set_up
RESTART=
while [ $# -gt 0 ]; do
    case $1 in
    --rollback) TODO=roll_back ;;
    --backup) TODO=back_up_now ;;
    --root)
        [ $# -gt 1 ] || refuse "--root cần một thư mục."
        mkdir -p "$2"
        ROOT=$(cd "$2" && pwd)
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    -*)
        usage >&2
        exit 2
        ;;
    *) HOST=$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]') ;;
    esac
    shift
done
case $HOST in *[!a-z0-9.-]* | -* | .*) refuse "«$HOST» không phải tên miền, như bot.khuyencong.example.gov.vn" ;; esac
if [ -z "$ROOT" ]; then
    [ "$(id -u)" = 0 ] || refuse "cần quyền root: sudo sh setup.sh …"
    command -v apt-get >/dev/null || refuse "kịch bản này dành cho Debian 12."
fi
$TODO
