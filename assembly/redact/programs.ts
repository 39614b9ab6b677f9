// Known programs and which of their arguments are secrets: one row a program (docs/redaction.md, "programs").
import { COLON, COMMA } from "../bytes/chars";
import { words } from "../options/defaults";
import { foldByte } from "../options/glob";
import { listCount, newList, Rule, isOn, rowEnd, rowStart, settings } from "../options/settings";
import { isWordByte } from "./cursor";
import { Check, addGlobLiteral, addLiteral, addText, addTexts } from "./literals";

/** Where a secret stands. */
export const enum Place {
  /** The argument behind the option. */
  NEXT = 0x4e, // N
  /** What is joined to the option. */
  JOINED = 0x4a, // J
  /** Either. */
  BOTH = 0x42, // B
  /** Behind the colon of a login: `-u`, `--user=`. */
  COLON = 0x43, // C
  /** The same, also of `-a` and `--auth`. */
  HTTP = 0x48, // H
  /** The same behind a comma. */
  COMMA = 0x4c, // L
  /** The same behind a percent sign, of `-U`. */
  PERCENT = 0x50, // P
  /** The second argument behind a word. */
  SECOND = 0x32,
  /** The same, if it begins with neither a slash nor a hyphen. */
  SECOND_PLAIN = 0x33,
  /** The last argument, where an option before it has a `b`. */
  LAST = 0x5a, // Z
  /** The last argument, if it is no option. */
  FINAL = 0x46, // F
  /** The first argument that is no option. */
  PLAIN = 0x41, // A
  /** Arguments that another program reads behind a pipe. */
  PIPED = 0x49, // I
}

/** Programs, a word behind which the arguments count, and places: a letter and what stands there. */
const TABLE = `mysql*,mariadb*;;J-p
mysqladmin,mariadb_admin;;Npassword
curl,wget;;C
http,https;;H
lftp;;L
sshpass;;B-p
docker,podman,nerdctl,buildah,skopeo,helm,az;login;N-p
redis_cli,valkey_cli;;N-a
ldap*;;B-w
ldappasswd;;N-s
zip,unzip,sqlcmd,bcp,ipmitool,mosquitto_pub,mosquitto_sub;;N-P
7z,7za,7zr;;J-p
mongo*;;N-p
snmp*;;N-c,N-A,N-X
plink,pscp,psftp,putty;;N-pw
useradd,usermod;;N-p
ssh_keygen;;N-N,N-P
htpasswd,mosquitto_passwd;;Z
rabbitmqctl;;2add_user,2change_password,2authenticate_user
net;;3user,P
openssl;passwd;F
vault;write;Jvalue=
vault;kv;Jvalue=
smbclient,rpcclient,smbget,wbinfo;;P
echo,printf;;I
convertto_securestring;;A`;

/** Parts of the names of programs that read a secret from a pipe. */
const READERS = "passwd cryptsetup sudo password_stdin";

/** A place of a program's secret; `[start, end)` is the option or the word. */
@unmanaged
export class Argument {
  next: usize;
  start: usize;
  end: usize;
  place: Place;
}

/** A program: a glob of its name, the word that has to stand among its arguments, its places. */
@unmanaged
export class Program {
  next: usize;
  start: usize;
  end: usize;
  needStart: usize;
  needEnd: usize;
  arguments: usize;
}

/** The first program for each byte that a name begins with, those of globs without one at 0. */
const heads: usize = memory.data(1024, 4);

function addProgram(name: string, need: string, places: string[]): void {
  const spans = newList([name, need.length ? need : " "]);
  const program = changetype<Program>(heap.alloc(offsetof<Program>())); // an unmanaged view
  program.start = rowStart(spans, 0);
  program.end = rowEnd(spans, 0);
  program.needStart = rowStart(spans, 1);
  program.needEnd = need.length ? rowEnd(spans, 1) : program.needStart;
  program.arguments = 0;
  for (let i = 0; i < places.length; i++) {
    const text = places[i].substring(1);
    const span = newList([text.length ? text : " "]);
    const argument = changetype<Argument>(heap.alloc(offsetof<Argument>())); // an unmanaged view
    argument.start = rowStart(span, 0);
    argument.end = text.length ? rowEnd(span, 0) : argument.start;
    argument.place = <Place>places[i].charCodeAt(0);
    argument.next = program.arguments;
    program.arguments = changetype<usize>(argument); // its address
  }
  const isPiped = places[0].charCodeAt(0) == <i32>Place.PIPED;
  if (need.length) addLiteral(program.needStart, program.needEnd, true, Check.NONE);
  else if (!isPiped) addGlobLiteral(program.start, program.end, true);
  const c = load<u8>(program.start);
  const head = heads + ((<usize>(isWordByte(c) ? c : 0)) << 2);
  program.next = load<usize>(head);
  store<usize>(head, changetype<usize>(program)); // its address
}

/** Makes the table. Allocates: for start-up only. */
export function beginPrograms(): void {
  if (!isOn(Rule.PROGRAMS)) return;
  const rows = words(TABLE);
  for (let i = 0; i < rows.length; i++) {
    const need = rows[i].indexOf(";");
    const places = rows[i].lastIndexOf(";");
    const names = words(rows[i].substring(0, need), COMMA);
    for (let at = 0; at < names.length; at++) {
      addProgram(names[at], rows[i].substring(need + 1, places), words(rows[i].substring(places + 1), COMMA));
    }
  }
  addText("/p:", true, Check.NONE);
  // What reads a secret behind a pipe.
  addTexts(READERS, true);
  for (let i: usize = 0; i < listCount(settings.redactPrograms); i++) {
    const entry = words(
      String.UTF8.decodeUnsafe(
        rowStart(settings.redactPrograms, i),
        rowEnd(settings.redactPrograms, i) - rowStart(settings.redactPrograms, i),
      ),
    );
    addProgram(entry[0], "", ["B" + entry[1]]);
  }
}

/** The first program whose name, a glob without one aside, begins with the byte; each has the next. */
export function programsOf(c: u8): usize {
  return load<usize>(heads + ((<usize>foldByte(c)) << 2));
}

/** The first program whose glob begins with none. */
export function programsOfAny(): usize {
  return load<usize>(heads);
}
