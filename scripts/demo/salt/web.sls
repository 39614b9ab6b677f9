nginx:
  pkg.installed: []

nginx.conf:
  file.managed:
    - name: /etc/nginx/nginx.conf
    - source: salt://files/nginx.conf
    - makedirs: True
    - require:
      - pkg: nginx

shop.conf:
  file.managed:
    - name: /etc/nginx/sites-enabled/shop.conf
    - source: salt://files/shop.conf
    - makedirs: True
    - require:
      - pkg: nginx
      - cmd: certificate

nginx configuration is valid:
  cmd.run:
    - name: nginx -t
    - unless: nginx -t
    - require:
      - file: nginx.conf
      - file: shop.conf

nginx is running:
  service.running:
    - name: nginx
    - enable: True
    - require:
      - cmd: nginx configuration is valid
    - watch:
      - file: nginx.conf
      - file: shop.conf

{% for page in ['start', 'cart', 'account'] %}
page {{ page }} answers:
  cmd.run:
    - name: check-page https://shop.example.com/{{ page }}
    - unless: check-page https://shop.example.com/{{ page }}
    - require:
      - service: nginx is running
{% endfor %}

site is announced:
  file.managed:
    - name: /etc/nginx/announced
    - contents: shop.example.com
    - require:
      - cmd: page start answers
      - cmd: page cart answers
