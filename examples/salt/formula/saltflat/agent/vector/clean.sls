# vim: ft=sls

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import absent %}
{%- set agent = saltflat.vector %}

{%- if saltflat.manage_service %}

saltflat-agent-clean-service-dead:
  service.dead:
    - name: {{ agent.service }}
    - enable: false
{%- endif %}

saltflat-agent-clean-settings-absent:
  file.absent:
    - name: {{ agent.config.rpartition('/')[0] }}/saltflat-settings.yaml

{{ absent('agent-clean-config', agent.config) }}

{{ absent('agent-clean-unit', saltflat.systemd ~ '/' ~ agent.service ~ '.service.d/saltflat.conf') }}

{%- if saltflat.purge %}

saltflat-agent-clean-state-absent:
  file.absent:
    - name: {{ agent.state }}
{%- endif %}
