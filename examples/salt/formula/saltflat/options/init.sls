# vim: ft=sls
#
# saltflat.json: the shipped options, and what the pillar has otherwise.

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- import_json tplroot ~ '/files/fluent-bit/saltflat.json' as shipped %}

saltflat-options-managed:
  file.managed:
    - name: {{ saltflat.options_folder }}/saltflat.json
    - contents: {{ salt['slsutil.merge'](shipped, saltflat.options, strategy='recurse') | json(indent=2) | json }}
    - mode: '0644'
    - makedirs: true
    {%- if salt['cmd.which'](saltflat.follow.program) %}
    # A mistake would stop what reads it at its next start.
    - check_cmd: {{ saltflat.follow.program }} check
    {%- endif %}
