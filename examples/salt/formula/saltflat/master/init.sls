# vim: ft=sls
#
# The master writes its job returns to the event file.

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import changed %}
{%- set config = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/master.d/saltflat.conf') %}
{%- set umask = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/systemd/salt-master.conf') %}

include:
  - {{ tplroot }}.events

saltflat-master-config-managed:
  file.managed:
    - name: {{ saltflat.master.config }}
    - contents: {{ changed(config, [('/var/log/saltflat/events.ndjson', saltflat.event_file)]) | json }}
    - mode: '0644'
    - makedirs: true
    - require:
      - file: saltflat-events-directory

saltflat-master-umask-managed:
  file.managed:
    - name: {{ saltflat.systemd }}/{{ saltflat.master.service }}.service.d/saltflat.conf
    - contents: {{ changed(umask, []) | json }}
    - mode: '0644'
    - makedirs: true

{%- if saltflat.manage_service %}

saltflat-master-service-running:
  service.running:
    - name: {{ saltflat.master.service }}
    - enable: true
    - watch:
      - file: saltflat-master-config-managed
      - file: saltflat-master-umask-managed
{%- endif %}
