# vim: ft=sls
#
# saltflat.json: the shipped options, and what the pillar has otherwise.

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- import_json tplroot ~ '/files/fluent-bit/saltflat.json' as shipped %}

saltflat-options-serialized:
  file.serialize:
    - name: {{ saltflat.options_folder }}/saltflat.json
    - dataset: {{ salt['slsutil.merge'](shipped, saltflat.options, strategy='recurse') | json }}
    - serializer: json
    - mode: '0644'
    - makedirs: true
