// Java servers for tests, brought by Maven from its repository: a Java that is new enough, and the jars, once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findProgram } from './program.js';

/** The compiler that starts fast, as a test ends before the other one would pay. */
export const FAST_JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** The major version of a Java program; 0 where it is none. */
function javaVersion(path: string): number {
  const { stderr } = spawnSync(path, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
}

/** The first Java that is new enough: in JAVA_HOME, on PATH, where Linux keeps its JDKs; null where there is none. */
function findJava(oldest: number): string | null {
  const jvms = '/usr/lib/jvm';
  const folders = [
    ...(process.env['JAVA_HOME'] === undefined ? [] : [join(process.env['JAVA_HOME'], 'bin')]),
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...(existsSync(jvms) ? readdirSync(jvms).map((name) => join(jvms, name, 'bin')) : []),
  ];
  const programs = [...new Set(folders.map((folder) => join(folder, 'java')))].filter((path) => existsSync(path));
  return programs.find((path) => javaVersion(path) >= oldest) ?? null;
}

/** A Java program in Maven's repository. */
export class MavenProgram {
  readonly #name: string;
  readonly #oldestJava: number;
  readonly #cache: string;
  readonly #dependencies: readonly string[];

  /**
   * `name` as people call it; `GROUP:ARTIFACT:VERSION` each. What Maven brings stays in the folder that
   * `SALTFLAT_NAME_CACHE` names, a folder of its own under the system's temporary folder unless told.
   */
  constructor(name: string, oldestJava: number, ...dependencies: readonly string[]) {
    this.#name = name;
    this.#oldestJava = oldestJava;
    this.#cache =
      process.env[`SALTFLAT_${name.toUpperCase()}_CACHE`] ?? join(tmpdir(), `saltflat-${name.toLowerCase()}`);
    this.#dependencies = dependencies;
  }

  /**
   * Why it cannot run here, for `describeWith`; null where it can. Whether Maven can reach its repository shows later.
   */
  get missing(): string | null {
    if (findJava(this.#oldestJava) === null) return `no Java ${this.#oldestJava} or newer`;
    return existsSync(this.#classpathFile) || findProgram('MAVEN', 'mvn') !== null ? null : 'no Maven';
  }

  /** The Java to run it with. Throws where there is none. */
  get java(): string {
    const java = findJava(this.#oldestJava);
    if (java === null) throw new Error(`no Java ${this.#oldestJava} or newer`);
    return java;
  }

  /** The jars, from Maven unless an earlier run brought them. Throws with what Maven said. */
  classpath(): string {
    const file = this.#classpathFile;
    if (existsSync(file)) {
      const known = readFileSync(file, 'utf8');
      if (known.split(delimiter).every((jar) => existsSync(jar))) return known;
    }
    mkdirSync(this.#cache, { recursive: true });
    const pom = join(this.#cache, `pom-${this.#version}.xml`);
    const output = `${file}.${process.pid}`;
    writeFileSync(pom, this.#pom());
    const { status, stdout, error } = spawnSync(
      findProgram('MAVEN', 'mvn') ?? 'mvn',
      [
        ...['--quiet', '--batch-mode', '--file', pom, `-Dmaven.repo.local=${join(this.#cache, 'repository')}`],
        ...['dependency:build-classpath', `-Dmdep.outputFile=${output}`],
      ],
      { encoding: 'utf8', timeout: 600_000 },
    );
    if (status !== 0) throw new Error(`Maven cannot bring ${this.#name}: ${error?.message ?? stdout}`);
    renameSync(output, file); // another test file may do the same
    return readFileSync(file, 'utf8');
  }

  get #classpathFile(): string {
    return join(this.#cache, `classpath-${this.#version}.txt`);
  }

  get #version(): string {
    return this.#dependencies[0]?.split(':')[2] ?? '';
  }

  #pom(): string {
    const dependencies = this.#dependencies.map((each) => {
      const [group, artifact, version] = each.split(':');
      return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
    });
    return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>saltflat</groupId><artifactId>server</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
  }
}
