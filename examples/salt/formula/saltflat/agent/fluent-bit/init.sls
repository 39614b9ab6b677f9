# vim: ft=sls
#
# Fluent Bit reads the event file, and runs the module as its filter.

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import changed, with_env, writable, reader %}
{%- set dropin = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/systemd/fluent-bit.conf') %}
{%- set agent = saltflat.fluent_bit %}
{%- set module = saltflat.module %}

include:
  - {{ tplroot }}.events
  - {{ tplroot }}.options

{%- if agent.package %}

saltflat-agent-package-installed:
  pkg.installed:
    - name: {{ agent.package }}
{%- endif %}
{{ reader('agent', agent, saltflat, salt) }}

{%- if module.source %}

saltflat-agent-module-managed:
  file.managed:
    - name: {{ module.name }}
    - source: {{ module.source }}
    - mode: '0644'
    - makedirs: true
    {%- if not module.source.startswith('salt://') %}
    - source_hash: {{ module.source_hash }}
    {%- else %}
    # Salt itself compares the checksum of a file from elsewhere only.
    - check_cmd: sh -c 'echo "$0  $1" | sha256sum --check --quiet' {{
        salt['cp.get_file_str'](module.source_hash).split()[0]
        if '://' in module.source_hash else module.source_hash }}
    {%- endif %}
{%- endif %}

{#- STATE_DIR is one for each configuration, as in the shipped ones: two that share one share the position, too. #}
{%- set env = {
      'SALT_EVENTS': saltflat.event_file,
      'SALTFLAT_WASM': module.name,
      'SALTFLAT_OPTIONS': saltflat.options_folder,
      'STATE_DIR': agent.state ~ '/' ~ agent.template,
    } %}
{%- set config = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/fluent-bit/' ~ agent.template ~ '.yaml') %}

saltflat-agent-config-managed:
  file.managed:
    - name: {{ agent.config }}
    {%- if agent.source %}
    - source: {{ agent.source }}
    - template: jinja
    {%- else %}
    - contents: {{ with_env(config, dict(env, **agent.env)) | json }}
    {%- endif %}
    # It may hold a password: nobody else reads it, and no return of Salt has it.
    - user: root
    - group: {{ agent.user }}
    - mode: '0640'
    - show_changes: false
    - makedirs: true
    - require:
      - user: saltflat-agent-user-present

saltflat-agent-unit-managed:
  file.managed:
    - name: {{ saltflat.systemd }}/{{ agent.service }}.service.d/saltflat.conf
    - contents: {{ changed(dropin, [
        ('/opt/fluent-bit/bin/fluent-bit -c /etc/fluent-bit/saltflat.yaml', agent.program ~ ' -c ' ~ agent.config),
        ('User=fluent-bit', 'User=' ~ agent.user),
        ('StateDirectory=fluent-bit', writable(agent.state)),
      ]) | json }}
    - mode: '0644'
    - makedirs: true

{%- if saltflat.manage_service %}

saltflat-agent-service-running:
  service.running:
    - name: {{ agent.service }}
    - enable: true
    - watch:
      {%- if module.source %}
      - file: saltflat-agent-module-managed
      {%- endif %}
      - file: saltflat-agent-config-managed
      - file: saltflat-agent-unit-managed
      - file: saltflat-options-managed
{%- endif %}
