# vim: ft=sls

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import reader_clean %}
{%- set follow = saltflat.follow %}

{%- if saltflat.manage_service %}

saltflat-follow-clean-service-dead:
  service.dead:
    - name: {{ follow.service }}
    - enable: false
{%- endif %}

saltflat-follow-clean-unit-absent:
  file.absent:
    - name: {{ saltflat.systemd }}/{{ follow.service }}.service

saltflat-follow-clean-environment-absent:
  file.absent:
    - name: {{ saltflat.options_folder }}/follow.env

{{ reader_clean('follow', follow, saltflat) }}
