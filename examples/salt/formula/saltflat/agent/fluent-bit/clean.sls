# vim: ft=sls

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import absent, reader_clean %}
{%- set agent = saltflat.fluent_bit %}

{%- if saltflat.manage_service %}

saltflat-agent-clean-service-dead:
  service.dead:
    - name: {{ agent.service }}
    - enable: false
{%- endif %}

{{ absent('agent-clean-config', agent.config) }}

{{ absent('agent-clean-unit', saltflat.systemd ~ '/' ~ agent.service ~ '.service.d/saltflat.conf') }}

{%- if saltflat.module.source %}

{{ absent('agent-clean-module', saltflat.module.name) }}
{%- endif %}

{{ reader_clean('agent', agent, saltflat) }}
