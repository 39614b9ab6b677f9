# vim: ft=sls

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import absent %}

saltflat-master-clean-config-absent:
  file.absent:
    - name: {{ saltflat.master.config }}

{{ absent('master-clean-umask', saltflat.systemd ~ '/' ~ saltflat.master.service ~ '.service.d/saltflat.conf') }}

{%- if saltflat.manage_service %}

saltflat-master-clean-service-running:
  service.running:
    - name: {{ saltflat.master.service }}
    - watch:
      - file: saltflat-master-clean-config-absent
      - file: saltflat-master-clean-umask-absent
{%- endif %}
