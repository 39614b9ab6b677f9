# vim: ft=sls
#
# Vector takes the records of `saltflat follow`.

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import changed, writable %}
{%- set dropin = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/systemd/vector.conf') %}
{%- set config = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/vector.toml') %}
{%- set agent = saltflat.vector %}
{%- set settings = agent.config.rpartition('/')[0] ~ '/saltflat-settings.yaml' %}
{%- if 'follow' not in saltflat.components and not agent.source %}
{{-   raise('pillar saltflat:components has no follow: nothing would feed Vector, unless saltflat:vector:source does') }}
{%- endif %}

{%- if agent.package %}

saltflat-agent-package-installed:
  pkg.installed:
    - name: {{ agent.package }}
{%- endif %}

saltflat-agent-config-managed:
  file.managed:
    - name: {{ agent.config }}
    {%- if agent.source %}
    - source: {{ agent.source }}
    - template: jinja
    {%- else %}
    {#- The shipped one prints the records: for those who have no sink yet. #}
    {%- set shipped = config | regex_replace('(?s)\[sinks\.console\].*?\n\n', '') if agent.settings.sinks else config %}
    - contents: {{ changed(shipped, [
        ('data_dir = "/var/lib/vector"', 'data_dir = "' ~ agent.state ~ '"'),
        ('address = "127.0.0.1:8080"', 'address = "' ~ agent.address ~ '"'),
      ]) | json }}
    {%- endif %}
    - user: root
    - group: {{ agent.user }}
    - mode: '0640'
    - makedirs: true

saltflat-agent-settings-serialized:
  file.serialize:
    - name: {{ settings }}
    - dataset: {{ agent.settings | json }}
    - serializer: yaml
    # It may hold a password: nobody else reads it, and no return of Salt has it.
    - user: root
    - group: {{ agent.user }}
    - mode: '0640'
    - show_changes: false
    - makedirs: true

saltflat-agent-unit-managed:
  file.managed:
    - name: {{ saltflat.systemd }}/{{ agent.service }}.service.d/saltflat.conf
    - contents: {{ (changed(dropin, [
        ('User=vector', 'User=' ~ agent.user),
        ('StateDirectory=vector', writable(agent.state)),
      ]) ~ '# Its packages name no configuration on the command line.\nEnvironment=VECTOR_CONFIG='
      ~ agent.config ~ ',' ~ settings ~ '\n') | json }}
    - mode: '0644'
    - makedirs: true

{%- if saltflat.manage_service %}

saltflat-agent-service-running:
  service.running:
    - name: {{ agent.service }}
    - enable: true
    - watch:
      - file: saltflat-agent-config-managed
      - file: saltflat-agent-settings-serialized
      - file: saltflat-agent-unit-managed
{%- endif %}
