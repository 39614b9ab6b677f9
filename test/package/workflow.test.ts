// The workflow for a public host: the same run as everywhere, with as few rights as it needs.
import { accessSync, constants, readFileSync } from 'node:fs';

const workflow = readFileSync('.github/workflows/ci.yml', 'utf8');
const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };

describe('the CI workflow', () => {
  it('runs .ci/run and nothing else', () => {
    expect(workflow.match(/run: .+/g)).toEqual(['run: .ci/run']);
    expect(() => accessSync('.ci/run', constants.X_OK)).not.toThrow();
  });

  it('begins with the oldest Node that the package takes', () => {
    const [, oldest] = /node: \[(\d+), \d+, \d+\]/.exec(workflow) ?? [];
    expect(`>=${oldest}`).toBe(engines.node);
  });

  it('names each action by its commit', () => {
    const actions = workflow.match(/uses: .+/g)!;
    expect(actions).toHaveLength(2);
    for (const action of actions) expect(action).toMatch(/^uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may read the repository, and nothing more', () => {
    expect(workflow.match(/^ *permissions:\n(?: +.+\n)+/gm)).toEqual(['permissions:\n  contents: read\n']);
    expect(workflow).toContain('persist-credentials: false');
    expect(workflow).not.toMatch(/secrets\.|pull_request_target|: write/);
  });
});
